//! The sub-statuses of Internet Information Services: one look at the answer, nine causes.

use crate::cause::{Case, Cause, CauseMeta};
use crate::finding::{Certainty, Finding};
use crate::place::Place;
use crate::products::iis_sub_status;

mod sub_status;

pub use sub_status::CAUSES;

/// A cause that is decided by the sub-status alone.
pub struct SubStatusCause {
    meta: &'static CauseMeta,
    number: u16,
}

impl Cause for SubStatusCause {
    fn meta(&self) -> &'static CauseMeta {
        self.meta
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        let (status, span) = iis_sub_status(case.exchange().response_text())?;
        (case.exchange().status() == 401 && status.number == self.number).then(|| {
            let number = status.number;
            Finding::new(self.meta, Certainty::Stated, format!("IIS answered {} by 401.{number}: {}.", case.request(), status.name))
                .about(number.to_string())
                .shown(case.at(), Place::ResponseBody(span), "The error page names the sub-status.")
        })
    }
}
