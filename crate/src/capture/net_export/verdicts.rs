//! Chrome's own word on cookies and on other origins, in the names of its network stack.

use crate::blocked::{BlockedReason, BlockedReasons};
use crate::capture::hidden;
use crate::exchange::{Exchange, Told};
use crate::syntax::set_cookie;

/// `CookieInclusionStatus::ExclusionReason`, and what each is called here. The log writes them out by name
/// (net/cookies/cookie_inclusion_status.cc; read 2026-11-30). What says no more than that it failed is not listed.
const EXCLUDED: [(&str, BlockedReason); 23] = [
    ("HTTP_ONLY", BlockedReason::HttpOnly),
    ("SECURE_ONLY", BlockedReason::SecureOnly),
    ("DOMAIN_MISMATCH", BlockedReason::DomainMismatch),
    ("NOT_ON_PATH", BlockedReason::NotOnPath),
    ("SAMESITE_STRICT", BlockedReason::SameSiteStrict),
    ("SAMESITE_LAX", BlockedReason::SameSiteLax),
    ("SAMESITE_UNSPECIFIED_TREATED_AS_LAX", BlockedReason::SameSiteUnspecifiedTreatedAsLax),
    ("SAMESITE_NONE_INSECURE", BlockedReason::SameSiteNoneInsecure),
    ("USER_PREFERENCES", BlockedReason::UserPreferences),
    ("THIRD_PARTY_BLOCKED_WITHIN_FIRST_PARTY_SET", BlockedReason::UserPreferences),
    ("THIRD_PARTY_PHASEOUT", BlockedReason::UserPreferences),
    ("NONCOOKIEABLE_SCHEME", BlockedReason::SchemeNotSupported),
    ("OVERWRITE_SECURE", BlockedReason::OverwriteSecure),
    ("OVERWRITE_HTTP_ONLY", BlockedReason::OverwriteHttpOnly),
    ("INVALID_DOMAIN", BlockedReason::InvalidDomain),
    ("DOMAIN_NON_ASCII", BlockedReason::InvalidDomain),
    ("INVALID_PREFIX", BlockedReason::InvalidPrefix),
    ("INVALID_PARTITIONED", BlockedReason::PartitionedInsecure),
    ("NAME_VALUE_PAIR_EXCEEDS_MAX_SIZE", BlockedReason::NameValuePairExceedsMaxSize),
    ("DISALLOWED_CHARACTER", BlockedReason::DisallowedCharacter),
    ("NO_COOKIE_CONTENT", BlockedReason::NoCookieContent),
    ("ANONYMOUS_CONTEXT", BlockedReason::CredentialsOmitted),
    ("EXPIRED", BlockedReason::Expired),
];

/// The numbers of `network.mojom.CorsError` that a preflight can end with, which the log does not explain: measured in
/// Chromium 156 by one refused preflight of each kind, 2026-11-30.
const CORS_ERRORS: [(i64, &str); 12] = [
    (9, "PreflightInvalidStatus"),
    (10, "PreflightDisallowedRedirect"),
    (11, "PreflightWildcardOriginNotAllowed"),
    (12, "PreflightMissingAllowOriginHeader"),
    (13, "PreflightMultipleAllowOriginValues"),
    (14, "PreflightInvalidAllowOriginValue"),
    (15, "PreflightAllowOriginMismatch"),
    (16, "PreflightInvalidAllowCredentials"),
    (17, "InvalidAllowMethodsPreflightResponse"),
    (18, "InvalidAllowHeadersPreflightResponse"),
    (19, "MethodDisallowedByPreflightResponse"),
    (20, "HeaderDisallowedByPreflightResponse"),
];

/// What a status such as `EXCLUDE_SECURE_ONLY, DO_NOT_WARN` says of a cookie.
pub(super) fn told(status: &str) -> Told {
    let words = || status.split(',').map(str::trim);
    if words().any(|word| word == "INCLUDE") {
        return Told::Kept;
    }
    let mut excluded = words().filter_map(|word| word.strip_prefix("EXCLUDE_")).peekable();
    if excluded.peek().is_none() {
        return Told::Nothing;
    }
    let reasons: BlockedReasons =
        excluded.filter_map(|word| EXCLUDED.iter().find(|(name, _)| *name == word)).map(|(_, reason)| *reason).collect();
    // A cookie for a wrong domain is of no host at all, so Chrome names that, too.
    let is_of_no_host = reasons.contains(BlockedReason::InvalidDomain);
    let reasons = reasons.iter().filter(|reason| !(is_of_no_host && *reason == BlockedReason::DomainMismatch)).collect::<BlockedReasons>();
    Told::Refused(if reasons.is_empty() { [BlockedReason::NotKept].into_iter().collect() } else { reasons })
}

/// The protocol's name for an error of CORS.
pub(super) fn cors_error(number: i64) -> Option<&'static str> {
    CORS_ERRORS.iter().find(|(one, _)| *one == number).map(|(_, name)| *name)
}

/// What was said of each Set-Cookie line, by the names in the statuses. Of a line that it cannot read Chrome names none,
/// and in a log without private data of no line: those are told in the order of the lines, if they are as many.
pub(super) fn of_lines<'l>(lines: impl Iterator<Item = &'l str>, statuses: &[(String, Told)]) -> Box<[Told]> {
    let mut lines: Vec<(&str, Option<Told>)> = lines.map(|line| (set_cookie::parse(line).value.name, None)).collect();
    let (nameless, named): (Vec<_>, Vec<_>) = statuses.iter().partition(|(name, _)| name.is_empty());
    for (name, told) in named {
        if let Some((_, line)) = lines.iter_mut().find(|(line, said)| line == name && said.is_none()) {
            *line = Some(*told);
        }
    }
    let rest: Vec<&mut Option<Told>> = lines.iter_mut().map(|(_, told)| told).filter(|told| told.is_none()).collect();
    if rest.len() == nameless.len() {
        for (line, (_, told)) in rest.into_iter().zip(nameless) {
            *line = Some(*told);
        }
    }
    lines.into_iter().map(|(_, told)| told.unwrap_or_default()).collect()
}

/// What is missing where Chrome refused cookies that the log does not name: "which cookies the browser refused
/// (SecureOnly) in 1 of 13 exchanges".
pub(super) fn of_hidden(exchanges: &[Exchange]) -> Option<String> {
    let refused = |exchange: &Exchange| {
        let told = exchange.told.iter().filter(|_| exchange.unseen.set_cookies);
        told.filter_map(|told| if let Told::Refused(reasons) = told { Some(*reasons) } else { None }).collect::<Vec<_>>()
    };
    let all: BlockedReasons = exchanges.iter().flat_map(refused).flat_map(BlockedReasons::iter).collect();
    let names: Vec<String> = all.iter().map(|reason| format!("{reason:?}")).collect();
    let what = format!("which cookies the browser refused ({})", names.join(", "));
    hidden::amount(&what, exchanges, |exchange| !refused(exchange).is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(reasons: &[BlockedReason]) -> Told {
        Told::Refused(reasons.iter().copied().collect())
    }

    #[test]
    fn a_status_says_what_became_of_a_cookie_and_why() {
        assert_eq!(told("INCLUDE, WARN_PORT_MISMATCH, NO_EXEMPTION"), Told::Kept);
        assert_eq!(told("EXCLUDE_SECURE_ONLY, WARN_TENTATIVELY_ALLOWING_SECURE_SOURCE_SCHEME"), refused(&[BlockedReason::SecureOnly]));
        assert_eq!(told("EXCLUDE_DOMAIN_MISMATCH, EXCLUDE_INVALID_DOMAIN, DO_NOT_WARN"), refused(&[BlockedReason::InvalidDomain]));
        assert_eq!(told("EXCLUDE_SOMETHING_NEW, DO_NOT_WARN"), refused(&[BlockedReason::NotKept]));
        assert_eq!(told(""), Told::Nothing);
    }

    #[test]
    fn nameless_statuses_belong_to_the_lines_that_are_left() {
        let lines = ["a=1", "__Host-b=1; Domain=x", "c=1"];
        let status = |name: &str, told| (name.to_owned(), told);
        let no = refused(&[BlockedReason::InvalidPrefix]);
        let all = [status("c", Told::Kept), status("", no), status("a", Told::Kept)];
        assert_eq!(*of_lines(lines.into_iter(), &all), [Told::Kept, no, Told::Kept]);
        assert_eq!(*of_lines(lines.into_iter(), &[status("", no)]), [Told::Nothing; 3]);
    }
}
