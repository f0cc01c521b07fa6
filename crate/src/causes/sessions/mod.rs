//! Sessions: what guards them against forged requests.

super::family! {
    csrf_rejected::CsrfRejected,
}
