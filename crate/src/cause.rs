//! What a cause is: one file that knows one reason why a login fails.

mod advice;
mod case;
mod meta;
mod proof;
mod wavering;

pub use advice::{Advice, Audience};
pub use case::Case;
pub use meta::{CauseMeta, Side, Stage};

use crate::finding::{Finding, Risk};
use crate::session::Record;

/// One reason why a login fails. Pure: it looks at a failed login in its session and says whether
/// that is the reason. No cause sees another's findings.
pub trait Cause: Sync {
    /// What is known of it beforehand.
    fn meta(&self) -> &'static CauseMeta;
    /// The finding, when this is a reason for the failed login.
    fn examine(&self, _case: &Case<'_>) -> Option<Finding> {
        None
    }
    /// Where one exchange, by itself, shows a risk that broke no login.
    fn risks(&self, _record: &Record) -> Vec<Risk> {
        Vec::new()
    }
    /// The risk in a sentence, about what the first place of it names.
    fn risk(&self, _of: &str) -> String {
        String::new()
    }
}

/// Declares a cause: its unit struct, its documentation and what is known of it.
///
/// The doc comment becomes the cause's page, in the panel and by `why401 explain`; its `http-notation` block is the example session that
/// must yield exactly this finding, and a test holds it to that.
#[macro_export]
macro_rules! declare_cause {
    (
        $(#[doc = $doc:literal])*
        $name:ident {
            id: $id:literal,
            family: $family:literal,
            side: $side:ident,
            stage: $stage:ident,
            title: $title:literal,
            recognised: $recognised:literal,
            remedies: [$(($audience:ident, $step:literal, $confirm:literal)),+ $(,)?],
            references: [$(($reference:literal, $url:literal)),+ $(,)?] $(,)?
        }
    ) => {
        $(#[doc = $doc])*
        pub struct $name;

        /// What is known of this cause before any session is seen.
        pub static META: $crate::cause::CauseMeta = $crate::cause::CauseMeta {
            id: $id,
            family: $family,
            side: $crate::cause::Side::$side,
            stage: $crate::cause::Stage::$stage,
            docs: concat!($($doc, "\n"),*),
            recognised: $recognised,
            #[cfg(not(target_arch = "wasm32"))]
            advice: $crate::advice!($id, $title, [$(($audience, $step, $confirm)),+], [$(($reference, $url)),+]),
        };
    };
}
