//! Sessions: what guards them against forged requests.

mod csrf_rejected;

use crate::cause::Cause;

/// The causes of this family.
pub static CAUSES: &[&dyn Cause] = &[&csrf_rejected::CsrfRejected];
