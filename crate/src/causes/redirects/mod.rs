//! Redirects: circles, and what gets lost on the way.

super::family! {
    redirect_loop::RedirectLoop,
}
