//! Controls in front of the login: limits, firewalls, policies.

mod bot_challenge;
mod conditional_access_blocked;
mod csp_blocks_login;
mod frame_refused;
mod ip_denied;
mod local_network_access_blocked;
mod rate_limited;
mod waf_blocked;

use crate::cause::Cause;

/// The causes of this family.
pub static CAUSES: &[&dyn Cause] = &[
    &conditional_access_blocked::ConditionalAccessBlocked,
    &ip_denied::IpDenied,
    &waf_blocked::WafBlocked,
    &bot_challenge::BotChallenge,
    &rate_limited::RateLimited,
    &csp_blocks_login::CspBlocksLogin,
    &frame_refused::FrameRefused,
    &local_network_access_blocked::LocalNetworkAccessBlocked,
];

/// Whether a login is refused by a code that asks for a captcha.
pub(super) fn asks_for_captcha(case: &crate::cause::Case<'_>) -> bool {
    bot_challenge::wanted(case).is_some()
}
