//! Credentials and challenges of any scheme, parameter by parameter, in words.

pub mod fields;
pub mod messages;
mod parameters;

use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::detail::{Level, Line};
use crate::exchange::Exchange;
use crate::facts::negotiation::is_windows_scheme;
use crate::redact::Redactor;
use crate::session::Record;
use crate::syntax::browser_choice::{Browser, browser_choice};
use crate::syntax::credentials::{self, Kind};
use crate::syntax::lexer::AuthParam;
use crate::syntax::negotiate::{self, Round};
use crate::syntax::{SyntaxViolation, basic, challenge, schemes};
use crate::time::Time;

/// How a parameter's value is written, and so how it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Text that is no secret.
    Clear,
    /// Text that is shown masked.
    Secret,
    /// Seconds since 1970.
    Seconds,
    /// Bytes in base64: shown by their number.
    Base64,
    /// `a=b,c=d` in base64: shown by its names.
    Attributes,
}

const BASE64: GeneralPurpose = lenient(&alphabet::STANDARD);
const BASE64_URL: GeneralPurpose = lenient(&alphabet::URL_SAFE);

const fn lenient(alphabet: &alphabet::Alphabet) -> GeneralPurpose {
    GeneralPurpose::new(alphabet, GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent))
}

/// What the request's `Authorization` and `Proxy-Authorization` fields say, a line for each thing.
pub fn credentials(exchange: &Exchange, redactor: &mut Redactor) -> Vec<Line> {
    let mut lines = Vec::new();
    for name in ["authorization", "proxy-authorization"] {
        for value in exchange.request.fields.all(name) {
            let parsed = credentials::parse(value);
            let scheme = parsed.value.scheme;
            let defined = schemes::known(scheme).map_or("a scheme that no registry names", |known| known.source);
            lines.push(Line::text("scheme", if scheme.is_empty() { "none" } else { scheme }).marked(Level::Plain, defined));
            if let Kind::Params(params) = &parsed.value.kind {
                lines.extend(params.iter().map(|param| parameter(scheme, param, exchange.started, redactor)));
            }
            lines.extend(parsed.violations.iter().map(|violation| departs(name, violation)));
        }
    }
    lines
}

/// What each challenge asks for, which of them the browser answers, and how that fits what was sent.
pub fn challenges(record: &Record, browser: Browser, redactor: &mut Redactor) -> Vec<Line> {
    let Some(response) = &record.exchange.response else { return Vec::new() };
    let mut lines = Vec::new();
    for name in ["www-authenticate", "proxy-authenticate"] {
        let offered: Vec<_> = response.fields.all(name).flat_map(|value| challenge::parse(value).value).collect();
        let chosen = browser_choice(&offered, browser, true);
        for (place, one) in offered.iter().enumerate() {
            let line = Line::text("challenge", one.scheme);
            lines.push(match &record.facts.credentials {
                None if chosen == Some(place) => {
                    line.marked(Level::Note, "The browser asks the user for this one; the request bore no credentials.")
                }
                None => line.marked(Level::Note, "The request bore no credentials, and a script has to answer this one."),
                Some(sent) if sent.is(one.scheme) => line.marked(Level::Bad, "The credentials sent are of this scheme, and were refused."),
                Some(sent) => line.marked(Level::Bad, format!("The request bore {} instead.", sent.scheme)),
            });
            lines.extend(one.params.iter().map(|param| parameter(one.scheme, param, record.exchange.ended(), redactor)));
            lines.extend(basic::challenge_faults(one).iter().map(|violation| departs(name, violation)));
            lines.extend(handshake(record, one));
        }
    }
    lines
}

fn departs(name: &str, violation: &SyntaxViolation) -> Line {
    let says = format!("The field {} ({}).", violation.rule.says(), violation.rule.source());
    Line::text(name, format!("byte {}", violation.at)).marked(Level::Bad, says)
}

/// What a challenge of Negotiate or NTLM means at its place in the handshake.
fn handshake(record: &Record, challenge: &challenge::Challenge<'_>) -> Option<Line> {
    if !is_windows_scheme(challenge.scheme) {
        return None;
    }
    let is_first = !record.facts.credentials.as_ref().is_some_and(|sent| is_windows_scheme(&sent.scheme));
    let (level, says) = match negotiate::round(is_first, challenge.token68.unwrap_or_default()) {
        Round::Accept => return None,
        Round::Reject => (Level::Bad, "The server took no part of what the client sent, and asks anew."),
        Round::Invalid => (Level::Bad, "No browser goes on with this: the first challenge must be bare, and a later one base64."),
    };
    Some(Line::text("handshake", "over").marked(level, says))
}

fn parameter(scheme: &str, param: &AuthParam<'_>, now: Time, redactor: &mut Redactor) -> Line {
    let known = parameters::find(scheme, param.name);
    let form = known.map_or(Form::Secret, |known| known.form);
    let (value, level) = match form {
        Form::Clear => (Line::text(param.name, &*param.value), Level::Plain),
        Form::Secret => (Line::new(param.name, vec![redactor.secret(&param.value)]), Level::Plain),
        Form::Seconds => seconds(param, now, redactor),
        Form::Base64 => match decoded(&param.value) {
            Some(bytes) => (Line::text(param.name, format!("{} bytes", bytes.len())), Level::Plain),
            None => (Line::new(param.name, vec![redactor.secret(&param.value)]), Level::Bad),
        },
        Form::Attributes => match decoded(&param.value).map(|bytes| attribute_names(&bytes)) {
            Some(names) => (Line::text(param.name, names), Level::Plain),
            None => (Line::new(param.name, vec![redactor.secret(&param.value)]), Level::Bad),
        },
    };
    let says = known.map_or_else(String::new, |known| {
        let mut says = known.says.to_owned();
        if level == Level::Bad {
            says.push_str(if form == Form::Seconds { ", which is not a time near this one" } else { ", which is not base64" });
        }
        says
    });
    if says.is_empty() { value } else { value.marked(level, says) }
}

/// A moment in seconds. One that lies a day from the exchange is a mistake: milliseconds, as often as not.
fn seconds(param: &AuthParam<'_>, now: Time, redactor: &mut Redactor) -> (Line, Level) {
    const DAY: i64 = 86_400_000;
    match param.value.parse::<i64>().ok().and_then(|seconds| seconds.checked_mul(1000)).map(Time) {
        Some(moment) => {
            let is_near = moment.since(now).unsigned_abs() < DAY.unsigned_abs();
            (Line::text(param.name, moment.to_utc()), if is_near { Level::Plain } else { Level::Bad })
        }
        None => (Line::new(param.name, vec![redactor.secret(&param.value)]), Level::Bad),
    }
}

fn decoded(value: &str) -> Option<Vec<u8>> {
    BASE64.decode(value).or_else(|_| BASE64_URL.decode(value)).ok()
}

/// RFC 5802 7: the attributes of a SCRAM message, by what their letters stand for.
fn attribute_names(message: &[u8]) -> String {
    let text = String::from_utf8_lossy(message);
    let names = text.split(',').filter_map(|attribute| {
        Some(match attribute.split_once('=')?.0 {
            "n" => "name",
            "r" => "nonce",
            "s" => "salt",
            "i" => "iterations",
            "c" => "channel binding",
            "p" => "proof",
            "v" => "server's proof",
            "e" => "error",
            _ => "extension",
        })
    });
    names.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(notation: &str) -> Vec<(String, String, String)> {
        let session = crate::session::testing::session(notation);
        let (record, mut redactor) = (&session.records()[0], Redactor::default());
        let mut lines = credentials(&record.exchange, &mut redactor);
        lines.extend(challenges(record, Browser::Chrome, &mut redactor));
        let told = |line: Line| (line.name, crate::redact::join(&line.value), line.note.unwrap_or_default());
        lines.into_iter().map(told).collect()
    }

    fn line(lines: &[(String, String, String)], name: &str) -> (String, String) {
        let (_, value, note) = lines.iter().find(|(found, ..)| found == name).unwrap_or_else(|| panic!("no {name} in {lines:?}"));
        (value.clone(), note.clone())
    }

    #[test]
    fn explains_the_parameters_of_a_rare_scheme() {
        let hawk = lines(
            "> GET https://api.test/\n> Authorization: Hawk id=\"dh37fgj492je\", ts=\"1767225601\", nonce=\"j4h3g2\", mac=\"6R4rV5iE+NPoym+WwjeHzjAGXUtLNIxmo1vpMofpLAE=\"\n< 401 Unauthorized\n",
        );
        assert_eq!(line(&hawk, "scheme"), ("Hawk".into(), "Hawk 8".into()));
        assert_eq!(line(&hawk, "ts").0, "2026-01-01 00:00:01 UTC");
        assert_eq!(line(&hawk, "mac").0, "32 bytes");
        assert!(line(&hawk, "id").0.starts_with("‹secret 12"), "{hawk:?}");
        let milliseconds =
            lines("> GET https://api.test/\n> Authorization: Hawk id=\"a\", ts=\"1767225601000\", nonce=\"b\", mac=\"bWFj\"\n< 401 No\n");
        assert!(line(&milliseconds, "ts").1.ends_with("not a time near this one"), "{milliseconds:?}");
        let scram = lines(
            "> GET https://api.test/\n> Authorization: SCRAM-SHA-256 data=\"biwsbj11c2VyLHI9ZnlrbytkMmxiYkZnT05Sdjlxa3hkYXdM\"\n< 401 No\n",
        );
        assert_eq!(line(&scram, "data").0, "name, nonce");
    }

    #[test]
    fn shows_no_secret_of_any_scheme() {
        for field in [
            "Digest username=\"alice\", realm=\"r\", nonce=\"n0nce\", uri=\"/\", response=\"hunter2\"",
            "OAuth oauth_consumer_key=\"hunter2\", oauth_signature_method=\"PLAINTEXT\", oauth_signature=\"hunter2\"",
            "vapid t=hunter2, k=aHVudGVyMg",
            "Signature keyId=\"hunter2\", signature=\"hunter2=\"",
            "AWS4-HMAC-SHA256 Credential=hunter2, SignedHeaders=host, Signature=hunter2",
            "Unheard of=\"hunter2\"",
        ] {
            let told = lines(&format!("> GET https://api.test/\n> Authorization: {field}\n< 401 Unauthorized\n"));
            assert!(!told.iter().any(|(_, value, note)| value.contains("hunter2") || note.contains("hunter2")), "{told:?}");
        }
    }

    #[test]
    fn names_challenges_that_no_browser_follows() {
        let bare = lines("> GET https://app.test/\n< 401 Unauthorized\n< WWW-Authenticate: Basic charset=\"latin1\"\n");
        let notes: Vec<_> = bare.iter().filter(|(name, ..)| name == "www-authenticate").map(|(.., note)| &**note).collect();
        assert!(notes.len() == 2 && notes.iter().all(|note| note.contains("RFC 7617")), "{bare:?}");
        let answer = |sent: &str, challenge: &str| {
            let told = lines(&format!("> GET https://app.test/\n{sent}< 401 Unauthorized\n< WWW-Authenticate: {challenge}\n"));
            told.into_iter().find(|(name, ..)| name == "handshake").map(|(.., note)| note).unwrap_or_default()
        };
        let sent = "> Authorization: Negotiate TlRMTVNTUAABAAAAAgIAAA==\n";
        assert_eq!(answer("", "Negotiate"), "");
        assert!(answer("", "Negotiate TlRMTVNTUAABAAAAAgIAAA==").contains("must be bare"));
        assert!(answer(sent, "Negotiate").contains("asks anew"));
        assert_eq!(answer(sent, "Negotiate TlRMTVNTUAACAAAAAAAAADgAAAABggIAAQIDBAUGBwgAAAAAAAAAAAQABAA4AAAAAAAAAAAAAAAAAAAA"), "");
    }

    #[test]
    fn says_which_challenge_the_browser_answers() {
        let told = lines(
            "> GET https://app.test/\n< 401 Unauthorized\n< WWW-Authenticate: Basic realm=\"a\"\n< WWW-Authenticate: Digest realm=\"a\", nonce=\"n\", qop=\"auth\"\n< WWW-Authenticate: Bearer\n",
        );
        let asked: Vec<_> = told
            .iter()
            .filter(|(name, ..)| name == "challenge")
            .map(|(_, scheme, note)| (&**scheme, note.contains("asks the user")))
            .collect();
        assert_eq!(asked, [("Basic", false), ("Digest", true), ("Bearer", false)]);
    }
}
