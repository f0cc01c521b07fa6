//! Changes of a session that mean nothing to the protocols, or that take away what some captures do not
//! show. The root cause of a failed login must survive the first kind; of the second, an answer may become
//! weaker, but not wrong.

mod bodies_dropped;
mod neutral;
mod noise;
mod opaque;
pub mod order;
mod other_browser;
mod rename_cookies;
mod rename_fields;
mod rename_hosts;
mod rename_paths;
mod reword;
mod sanitized;
pub mod status;
mod text;

use why401::exchange::Exchange;

use crate::cases::Case;

/// What a transformation leaves of a right answer.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Keeps {
    /// The root cause.
    Root,
    /// The root cause, or below one of these, which say that the status is the wrong one.
    RootOr(&'static [&'static str]),
    /// The root cause, or a weaker answer that is not wrong.
    RootOrWeaker,
}

/// A change of sessions.
pub struct Transformation {
    /// Its name in reports and floors.
    pub name: &'static str,
    /// What it must leave.
    pub keeps: Keeps,
    /// Whether the words of products are withheld too.
    pub withholds_products: bool,
    /// The changed sessions; none where there is nothing to change.
    pub apply: fn(&Case) -> Vec<Vec<Exchange>>,
}

/// All of them.
pub const ALL: [Transformation; 11] = [
    meaningless("rename-paths", rename_paths::apply),
    meaningless("rename-cookies", rename_cookies::apply),
    meaningless("rename-fields", rename_fields::apply),
    meaningless("rename-hosts", rename_hosts::apply),
    meaningless("reword", reword::apply),
    Transformation { keeps: Keeps::RootOr(&status::SIBLINGS), ..meaningless("status", status::apply) },
    lossy("sanitized", sanitized::apply),
    lossy("bodies-dropped", bodies_dropped::apply),
    meaningless("other-browser", other_browser::apply),
    meaningless("noise", noise::apply),
    Transformation { withholds_products: true, ..lossy("withheld", |case| vec![case.exchanges.clone()]) },
];

const fn meaningless(name: &'static str, apply: fn(&Case) -> Vec<Vec<Exchange>>) -> Transformation {
    Transformation { name, keeps: Keeps::Root, withholds_products: false, apply }
}

const fn lossy(name: &'static str, apply: fn(&Case) -> Vec<Vec<Exchange>>) -> Transformation {
    Transformation { keeps: Keeps::RootOrWeaker, ..meaningless(name, apply) }
}

/// The exchanges with a change made to each; none where no exchange changed.
fn each(case: &Case, mut change: impl FnMut(&mut Exchange) -> bool) -> Vec<Vec<Exchange>> {
    let mut exchanges = case.exchanges.clone();
    let mut changed = false;
    for exchange in &mut exchanges {
        changed |= change(exchange);
    }
    if changed { vec![exchanges] } else { Vec::new() }
}
