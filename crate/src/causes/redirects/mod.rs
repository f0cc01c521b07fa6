//! Redirects: circles, and what gets lost on the way.

mod authorization_dropped_on_redirect;
mod login_redirect_for_api;
mod method_changed_on_redirect;
mod redirect_loop;
mod wrong_url;

use crate::cause::Cause;

/// The causes of this family.
pub static CAUSES: &[&dyn Cause] = &[
    &wrong_url::WrongUrl,
    &method_changed_on_redirect::MethodChangedOnRedirect,
    &authorization_dropped_on_redirect::AuthorizationDroppedOnRedirect,
    &login_redirect_for_api::LoginRedirectForApi,
    &redirect_loop::RedirectLoop,
];
