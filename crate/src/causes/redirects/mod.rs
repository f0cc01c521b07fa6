//! Redirects: circles, and what gets lost on the way.

super::family! {
    wrong_url::WrongUrl,
    method_changed_on_redirect::MethodChangedOnRedirect,
    authorization_dropped_on_redirect::AuthorizationDroppedOnRedirect,
    login_redirect_for_api::LoginRedirectForApi,
    redirect_loop::RedirectLoop,
}
