//! Controls in front of the login: limits, firewalls, policies.

super::family! {
    conditional_access_blocked::ConditionalAccessBlocked,
    ip_denied::IpDenied,
    bot_challenge::BotChallenge,
    waf_blocked::WafBlocked,
    rate_limited::RateLimited,
}
