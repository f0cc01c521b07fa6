//! Names under which tokens travel, and what they say.

use super::{Reason, Role};

/// Parameters and members that OAuth 2.0 and OpenID Connect register for tokens: the OAuth
/// Parameters registry of IANA, checked 2026-11-21. `code` and `request` are told by what stands beside them.
const REGISTERED: [(&str, Role); 12] = [
    ("access_token", Role::Access),
    ("refresh_token", Role::Refresh),
    ("id_token", Role::Id),
    ("id_token_hint", Role::Id),
    ("client_assertion", Role::ClientAssertion),
    ("assertion", Role::Assertion),
    ("device_code", Role::DeviceCode),
    ("subject_token", Role::Access),
    ("actor_token", Role::Access),
    ("logout_token", Role::Logout),
    ("code", Role::AuthorizationCode),
    ("request", Role::RequestObject),
];

/// Further names, in lower case and without `_` and `-`. Common practice, as of 2026-11-21.
const COMMON: [(&str, Role); 11] = [
    ("accesstoken", Role::Access),
    ("authtoken", Role::Access),
    ("bearertoken", Role::Access),
    ("token", Role::Access),
    ("jwt", Role::Access),
    ("jwttoken", Role::Access),
    ("refreshtoken", Role::Refresh),
    ("refresh", Role::Refresh),
    ("idtoken", Role::Id),
    ("apikey", Role::ApiKey),
    ("apitoken", Role::ApiKey),
];

/// How words end in the names under which common frameworks keep a session, in lower case: PHPSESSID,
/// connect.sid, auth_token, ESTSAUTH, .AspNetCore.Identity, … As of 2026-11-20.
const SESSION_WORD_ENDS: [&str; 8] = ["auth", "identity", "jwt", "login", "sid", "sso", "ticket", "token"];
/// What words hold in such names: JSESSIONID, laravel_session, wordpress_logged_in_…, _oauth2_proxy,
/// remember_user_token, .AspNetCore.Cookies.
const SESSION_WORD_PARTS: [Part; 5] = [part("aspnetcore"), part("logged"), part("oauth"), part("remember"), part("sess")];

/// What fields, cookies and parameters against forged requests have in their names, in lower case:
/// csrftoken, X-XSRF-TOKEN, __RequestVerificationToken, authenticity_token, .AspNetCore.Antiforgery.
const CSRF_PARTS: [Part; 5] = [part("csrf"), part("xsrf"), part("antiforgery"), part("requestverification"), part("authenticity")];

/// What a name may hold, and its letters: most names lack one of them, and need not be searched.
struct Part {
    text: &'static str,
    letters: u32,
}

const fn part(text: &'static str) -> Part {
    Part { text, letters: letters_of(text) }
}

impl Part {
    /// Whether a name of these letters may hold it.
    const fn may_be_in(&self, letters: u32) -> bool {
        letters & self.letters == self.letters
    }
}

/// Whether a cookie's name says that it carries a session.
#[must_use]
pub fn is_session_name(name: &str) -> bool {
    is_session(&name.to_ascii_lowercase())
}

/// The same, for a name in lower case.
fn is_session(name: &str) -> bool {
    let letters = letters_of(name);
    let holds_part = |word: &str| SESSION_WORD_PARTS.iter().any(|part| part.may_be_in(letters) && word.contains(part.text));
    let says_so = |word: &str| SESSION_WORD_ENDS.iter().any(|end| word.ends_with(end)) || holds_part(word);
    name.split(|c: char| !c.is_ascii_alphanumeric()).any(says_so) && !guards_forms(name)
}

/// One bit for each letter that stands in a text, in either case.
const fn letters_of(text: &str) -> u32 {
    let (mut letters, mut rest) = (0, text.as_bytes());
    while let Some((byte, more)) = rest.split_first() {
        letters |= 1 << (*byte & 31);
        rest = more;
    }
    letters
}

/// How the cookies begin by which measuring scripts know a browser again: Google, Meta, Hotjar, Segment, Mixpanel,
/// Matomo, Intercom, Stripe. From their documentation; checked 2026-11-29.
const TRACKER_PREFIXES: [&str; 12] =
    ["_ga", "_gid", "_gcl", "__utm", "_fb", "_hj", "ajs_", "mp_", "_pk_", "intercom-", "__stripe_", "amplitude_"];

/// Whether a cookie's name says that it tells browsers apart, and no people.
#[must_use]
pub fn is_tracker_name(name: &str) -> bool {
    TRACKER_PREFIXES.iter().any(|prefix| name.starts_with(prefix))
}

/// Whether a name says that its value guards against forged requests. `_token` is Laravel's.
#[must_use]
pub fn is_csrf_name(name: &str) -> bool {
    let letters = letters_of(name);
    name == "_token" || CSRF_PARTS.iter().any(|part| part.may_be_in(letters)) && guards_forms(&name.to_ascii_lowercase())
}

/// The same, for a name in lower case.
pub fn guards_forms(lower_case: &str) -> bool {
    let letters = letters_of(lower_case);
    CSRF_PARTS.iter().any(|part| part.may_be_in(letters) && lower_case.contains(part.text))
}

/// What the name of a parameter or member says. The name comes back for keeping without a copy
/// where it is a registered one.
pub fn role_of_parameter(name: &str) -> Option<(Role, Reason, Option<&'static str>)> {
    role_of(name, || is_csrf_name(name))
}

fn role_of(name: &str, guards_forms: impl Fn() -> bool) -> Option<(Role, Reason, Option<&'static str>)> {
    if let Some((registered, role)) = REGISTERED.iter().find(|(registered, _)| *registered == name) {
        return Some((*role, Reason::Protocol, Some(registered)));
    }
    if guards_forms() {
        return Some((Role::Csrf, Reason::CommonName, None));
    }
    let bare = || name.bytes().filter(|byte| !matches!(byte, b'_' | b'-')).map(|byte| byte.to_ascii_lowercase());
    let (_, role) = COMMON.iter().find(|(common, _)| bare().eq(common.bytes()))?;
    Some((*role, Reason::CommonName, None))
}

/// What the name of a cookie says.
pub fn role_of_cookie(name: &str) -> Option<Role> {
    let lower_case = name.to_ascii_lowercase();
    if guards_forms(&lower_case) || name == "_token" {
        return Some(Role::Csrf);
    }
    match role_of(name, || false) {
        Some((role @ (Role::Access | Role::Refresh | Role::Id), ..)) => Some(role),
        _ => is_session(&lower_case).then_some(Role::Session),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn session_names_are_told_from_others() {
        for name in ["JSESSIONID", "connect.sid", "ASP.NET_SessionId", "laravel_session", "auth_token", "__Host-sid", "ESTSAUTH", "session"]
        {
            assert!(is_session_name(name), "{name}");
        }
        for name in ["theme", "csrftoken", "XSRF-TOKEN", "_ga", "lang", "sidebar", "authors", "president"] {
            assert!(!is_session_name(name), "{name}");
        }
    }

    #[test]
    fn names_say_roles_in_every_spelling() {
        let role = |name| role_of_parameter(name).map(|(role, reason, _)| (role, reason));
        assert_eq!(role("refresh_token"), Some((Role::Refresh, Reason::Protocol)));
        assert_eq!(role("refreshToken"), Some((Role::Refresh, Reason::CommonName)));
        assert_eq!(role("Access-Token"), Some((Role::Access, Reason::CommonName)));
        assert_eq!(role("csrfmiddlewaretoken"), Some((Role::Csrf, Reason::CommonName)));
        assert_eq!(role("_token"), Some((Role::Csrf, Reason::CommonName)));
        assert_eq!(role("page_token"), None);
        assert_eq!(role_of_cookie("refresh_token"), Some(Role::Refresh));
        assert_eq!(role_of_cookie("XSRF-TOKEN"), Some(Role::Csrf));
        assert_eq!(role_of_cookie("PHPSESSID"), Some(Role::Session));
        assert_eq!(role_of_cookie("theme"), None);
    }
}
