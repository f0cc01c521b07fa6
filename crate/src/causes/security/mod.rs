//! Controls in front of the login: limits, firewalls, policies.

super::family! {
    rate_limited::RateLimited,
}
