//! Sessions: what guards them against forged requests, and what they are bound to.

mod csrf_rejected;
mod session_bound_to_address;

use crate::cause::Cause;

/// The causes of this family.
pub static CAUSES: &[&dyn Cause] = &[&csrf_rejected::CsrfRejected, &session_bound_to_address::SessionBoundToAddress];
