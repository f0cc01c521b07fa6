use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::cause::{Audience, Case, Cause, CauseMeta};
use crate::declare_cause;
use crate::facts::Fingerprint;
use crate::finding::{Certainty, Finding};
use crate::place::Place;
use crate::session::{Carries, FailureKind, Record};
use crate::syntax::{aws_sigv4, cookie, jwt};

declare_cause! {
    /// The session cookie that the request bears is not the value that the server had set: it was cut,
    /// encoded once more or changed on its way, so the server cannot read it.
    ///
    /// ```http-notation
    /// > POST https://app.example.test/login
    /// > Content-Type: application/x-www-form-urlencoded
    /// >
    /// > user=alice&password=secret
    /// < 200 OK
    /// < Set-Cookie: session=eyJ1c2VyIjoiYWxpY2UifQ==.c2lnbmF0dXJl; Path=/
    ///
    /// > GET https://app.example.test/home
    /// > Cookie: session=eyJ1c2VyIjoiYWxpY2UifQ
    /// < 401 Unauthorized
    /// ```
    SessionCorrupt {
        id: "session-corrupt",
        family: "cookies",
        side: Client,
        stage: CredentialSpoiled,
        title: "A cookie is corrupt",
        recognised: "A session cookie whose value is a part or another encoding of the value that was set, or that begins as a JWT and does not end as one.",
        remedies: [
            (User, "Delete the cookies of the site and log in again.", "The page opens."),
            (Developer, "Look for a script or proxy that rewrites the cookie, and avoid characters that need quoting or encoding in its value.", "The request bears the value exactly as it was set."),
            (Administrator, "Check proxies that rewrite cookies, and their limits for the length of fields.", "The application's log shows the whole value."),
        ],
        references: [("RFC 6265bis 4.1.1: cookie-value", "https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#section-4.1.1")],
    }
}

impl Cause for SessionCorrupt {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        if !matches!(case.failure.kind, FailureKind::Refused | FailureKind::Bounced) {
            return None;
        }
        let field = case.exchange().sent("cookie")?;
        if let Some(found) = unreadable(case, field).or_else(|| longer_than_set(case)) {
            return Some(found);
        }
        cookie::parse(field).value.iter().filter(|pair| case.session.carries(case.record, pair.name) > Carries::No).find_map(|pair| {
            let (says, setter) = spoiled(case, pair.name, pair.value)?;
            let finding = Finding::new(&META, Certainty::Likely, format!("The cookie {} of {} {says}.", pair.name, case.request()))
                .about(pair.name)
                .shown(case.at(), Place::Sent("cookie", 0), format!("This value {says}."));
            Some(match setter {
                Some((position, nth)) => finding.shown(position, Place::Received("set-cookie", nth), "This is the value that was set."),
                None => finding,
            })
        })
    }
}

/// A session in numbered pieces of which the latest answer set fewer than come back: the last of them is of the session before.
fn longer_than_set(case: &Case<'_>) -> Option<Finding> {
    let piece = |name: &str| {
        let (stem, number) = name.rsplit_once(['.', '_', '-'])?;
        Some((stem.to_owned(), number.parse::<usize>().ok().filter(|number| *number < PIECES)?))
    };
    let sets = |record: &Record, stem: &str| {
        let set = record.facts.set_cookies.iter().filter_map(|(name, _)| piece(name).filter(|(other, _)| other == stem));
        let numbers: Vec<usize> = set.map(|(_, number)| number).collect();
        numbers.iter().max().copied().filter(|_| numbers.len() > 1)
    };
    let carries = |stem: &str| {
        let is_piece = |name: &str| piece(name).is_some_and(|(other, _)| other == stem);
        case.facts().cookies.iter().any(|(name, _)| is_piece(name) && case.session.carries(case.record, name) > Carries::No)
    };
    case.facts().cookies.iter().find_map(|(name, value)| {
        let (stem, number) = piece(name).filter(|(stem, number)| *number > 0 && carries(stem))?;
        let (at, last) = case.earlier().find_map(|(at, record)| Some((at, sets(record, &stem)?)))?;
        let is_it = |(set, old): &(Box<str>, Fingerprint)| set == name && old.is_surely(*value);
        let (before, _) = case.earlier().find(|(_, record)| record.facts.set_cookies.iter().any(is_it))?;
        let is_left = last < number && case.session.record(before)?.place() < case.session.record(at)?.place();
        is_left.then(|| {
            let summary = format!("The pieces of the cookie {stem} in {} are of two sessions.", case.request());
            Finding::new(&META, Certainty::Likely, summary)
                .about(stem)
                .shown(before, Place::Received("set-cookie", 0), format!("{name} was set here."))
                .shown(
                    at,
                    Place::Received("set-cookie", 0),
                    format!("The session after it ends with piece {last}, and nothing deletes {name}."),
                )
                .shown(case.at(), Place::Sent("cookie", 0), "All pieces come back together.")
                .advise(
                    Audience::Developer,
                    "Delete the pieces that a shorter session leaves over whenever it is set.",
                    "The request bears the pieces of one session alone.",
                )
        })
    })
}

/// Pieces of a session that are taken for such by their number.
const PIECES: usize = 20;

/// A cookie that no grammar allows, since which the server takes no request: it cannot read the field.
fn unreadable(case: &Case<'_>, field: &str) -> Option<Finding> {
    if case.exchange().status() != 400 {
        return None;
    }
    let is_octet = |byte: u8| matches!(byte, 0x21 | 0x23..=0x2b | 0x2d..=0x3a | 0x3c..=0x5b | 0x5d..=0x7e);
    let inner = |value: &'_ str| value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap_or(value).to_owned();
    let pairs = cookie::parse(field).value;
    let bears = |record: &Record, name: &str| record.facts.cookie(name).is_some();
    let pair = pairs.iter().find(|pair| {
        let is_taken = |(_, record): (usize, &Record)| record.was_accepted() && bears(record, pair.name);
        !inner(pair.value).bytes().all(is_octet) && !case.others().any(is_taken)
    })?;
    let (before, _) = case.earlier().find(|(_, record)| record.was_accepted() && !bears(record, pair.name))?;
    let summary =
        format!("{} answers 400 since the cookie {} is there, whose value breaks the grammar of cookies.", case.host(), pair.name);
    Some(
        Finding::new(&META, Certainty::Likely, summary)
            .about(pair.name)
            .shown(
                case.at(),
                Place::Sent("cookie", 0),
                format!("The value of {} has characters that RFC 6265 4.1.1 does not allow.", pair.name),
            )
            .shown(before, Place::Status, "Without it the same server answered."),
    )
}

/// What is wrong with a value, and the line that had set it.
fn spoiled(case: &Case<'_>, name: &str, value: &str) -> Option<(&'static str, Option<(usize, usize)>)> {
    let is_torn = || !jwt::parse(value).violations.is_empty() && value.split('.').count() < 3;
    if jwt::looks_like_jwt(value) && is_torn() && begins_as_jose(value) && !was_set_so(case, name, value) {
        return Some(("begins as a JWT and does not end as one", None));
    }
    let mut of_origin = case.earlier_setters_of(name).filter(|(_, record)| record.origin == case.record.origin);
    let (position, nth, set) = of_origin.find_map(|(position, record)| {
        let named = record.receptions.iter().enumerate().filter(|(_, reception)| *reception.name == *name);
        named.filter_map(|(nth, _)| Some((position, nth, record.set_cookie(nth)?))).find(|(_, _, cookie)| !cookie.value.is_empty())
    })?;
    let shortest = LEAST.min(set.value.len());
    let says = if value.len() >= shortest && value.len() < set.value.len() && set.value.starts_with(value) {
        "is cut off"
    } else if value != set.value && (decoded(value) == set.value || decoded(set.value) == value) {
        "is encoded otherwise than it was set"
    } else {
        return None;
    };
    Some((says, Some((position, nth))))
}

/// Whether the first part is a JOSE header (RFC 7515 4): other programs sign JSON in base64url as well, in two parts.
fn begins_as_jose(value: &str) -> bool {
    let first = value.split('.').next().unwrap_or_default();
    let decoded = URL_SAFE_NO_PAD.decode(first.trim_end_matches('=')).unwrap_or_default();
    let text = String::from_utf8_lossy(&decoded);
    ["\"alg\"", "\"enc\""].iter().any(|member| text.contains(member))
}

/// Whether an answer set exactly this value: then nothing spoiled it on the way.
fn was_set_so(case: &Case<'_>, name: &str, value: &str) -> bool {
    case.earlier_setters_of(name).any(|(_, record)| {
        (0..record.receptions.len()).any(|nth| record.set_cookie(nth).is_some_and(|line| line.name == name && line.value == value))
    })
}

/// Characters that a cut value must have left to be told from another one.
const LEAST: usize = 8;

fn decoded(value: &str) -> String {
    String::from_utf8_lossy(&aws_sigv4::decode(value)).into_owned()
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{is_healthy, is_silent, reports};

    const ID: &str = "session-corrupt";

    fn session(set: &str, sent: &str, status: &str) -> String {
        format!(
            "> POST https://app.test/login\n>\n> user=a&password=b\n< 200 OK\n< Set-Cookie: sid={set}\n\n> GET https://app.test/home\n> Cookie: sid={sent}\n< {status}\n"
        )
    }

    #[test]
    fn reports_a_piece_that_a_longer_session_left() {
        let session = |deletes: &str, sent: &str| {
            format!(
                "~ kind document\n> GET https://app.test/a\n< 200 OK\n< Set-Cookie: t.0={{secret a 60}}\n< Set-Cookie: t.1={{secret b 60}}\n< Set-Cookie: t.2={{secret c 60}}\n\n\
                 ~ kind document\n> POST https://app.test/login\n> Content-Type: application/x-www-form-urlencoded\n>\n> user=a&password=b\n< 303 See Other\n< Location: /home\n< Set-Cookie: t.0={{secret d 60}}\n< Set-Cookie: t.1={{secret e 60}}\n{deletes}\n\
                 ~ kind document\n> GET https://app.test/home\n> Cookie: t.0={{secret d 60}}; t.1={{secret e 60}}{sent}\n< 303 See Other\n< Location: /login\n"
            )
        };
        reports(ID, &session("", "; t.2={secret c 60}"));
        is_silent(ID, &session("< Set-Cookie: t.2=; Max-Age=0\n", ""));
        is_silent(ID, &session("< Set-Cookie: t.2={secret f 60}\n", "; t.2={secret f 60}"));
    }

    #[test]
    fn reports_a_cookie_that_the_server_cannot_read() {
        let page = |cookie: &str, answer: &str| {
            format!("~ kind document\n> GET https://app.test/home\n> Cookie: sid={{secret s 24}}{cookie}\n< {answer}\n\n")
        };
        let chat = "; chat={\"id\":\"a\",\"page\":\"/help\"}";
        let refused = "400 Bad Request\n<\n< {\"message\":\"Invalid cookie value\"}";
        reports(ID, &(page("", "200 OK") + &page(chat, refused)));
        is_silent(ID, &(page("", "200 OK") + &page(chat, "200 OK") + &page(chat, refused)));
        is_silent(ID, &(page("", "200 OK") + &page("; chat=plain", refused)));
    }

    #[test]
    fn reports_values_that_are_cut_or_encoded_again() {
        assert!(reports(ID, &session("abcdefghijklmnop", "abcdefghijkl", "401 Unauthorized")).contains("cut off"));
        reports(ID, &session("s:abc.def/ghi=", "s%3Aabc.def%2Fghi%3D", "401 Unauthorized"));
        reports(ID, &session("x", "eyJhbGciOiJIUzI1NiJ9.eyJzdWI", "401 Unauthorized"));
    }

    #[test]
    fn passes_over_the_same_value_and_a_new_one() {
        is_silent(ID, &session("abcdefghijklmnop", "abcdefghijklmnop", "401 Unauthorized"));
        is_silent(ID, &session("abcdefghijklmnop", "zyxwvutsrqponmlk", "401 Unauthorized"));
        is_healthy(&session("abcdefghijklmnop", "abcdefghijkl", "200 OK"));
    }

    #[test]
    fn passes_over_signed_json_that_is_no_jwt() {
        let page = |value: &str| {
            format!("~ kind document\n> GET https://books.test/\n> Cookie: session={value}\n< 302 Found\n< Location: /login\n")
        };
        // itsdangerous: the session of Flask, and the same with a JOSE header that was cut.
        is_silent(ID, &page("eyJfdXNlcl9pZCI6IjEiLCJfZnJlc2giOnRydWV9.aSrVqA"));
        is_silent(ID, &page("eyJyZW1lbWJlciI6WyIxIiwiYWJjIl19.6sJhpKHoMFEhZvM4a3h2bYkXyZ0"));
    }
}
