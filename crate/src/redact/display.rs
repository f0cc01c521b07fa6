//! Secrets on a screen: masked, each with a name by which its owner may reveal it.
//!
//! Equal secrets get equal pseudonyms (`‹secret 24 chars #a1›`), so a login can still be followed
//! through a text that gives nothing away.

use std::collections::HashMap;
use std::rc::Rc;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use super::Kind;
use super::classify::{self, Classify, Encode, Sink, is_clear};
use super::known::{Known, is_typed};
use super::learn::Learned;
use crate::exchange::Exchange;
use crate::place::Place;
use crate::syntax::json;
use crate::syntax::redaction::is_mark;
use crate::syntax::{api_keys, jwt};

/// A piece of displayed text; a masked secret carries the name that reveals it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Part {
    /// The text to show: clear, or the mask.
    pub text: String,
    /// The pseudonym of the secret behind the mask.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
}

/// Query and form parameters, JSON members and storage keys whose values are secrets, in lower case.
/// From RFC 6749, 7636, 7662, 8628, OpenID Connect Core, SAML bindings and common practice, as of 2026-11-20.
const SECRET_NAMES: [&str; 52] = [
    "access_token",
    "accesstoken",
    "api-key",
    "api_key",
    "apikey",
    "appkey",
    "assertion",
    "auth",
    "auth_token",
    "authenticity_token",
    "client_assertion",
    "client_secret",
    "code",
    "code_verifier",
    "credential",
    "csrf",
    "csrfmiddlewaretoken",
    "csrftoken",
    "device_code",
    "id_token",
    "id_token_hint",
    "idtoken",
    "jwt",
    "key",
    "login_hint",
    "logout_token",
    "nonce",
    "otp",
    "passcode",
    "passphrase",
    "passwd",
    "password",
    "pin",
    "private_key",
    "pwd",
    "refresh_token",
    "refreshtoken",
    "request",
    "response",
    "samlart",
    "samlrequest",
    "samlresponse",
    "secret",
    "session",
    "session_id",
    "sessionid",
    "sid",
    "sig",
    "signature",
    "state",
    "ticket",
    "token",
];

/// Header fields whose whole value is a secret, in lower case, beside those with a grammar of their
/// own and those in which products take API keys. Common practice, as of 2026-11-20.
const SECRET_FIELDS: [&str; 7] =
    ["x-access-token", "x-csrf-token", "x-csrftoken", "x-id-token", "x-session-token", "x-token", "x-xsrf-token"];

/// Opaque text of this many bytes or more is taken for a secret wherever it stands.
const OPAQUE_LENGTH: usize = 24;

/// Marks without a letter or digit that are no secret.
const MARKS: usize = 3;

/// Hands out pseudonyms in the order in which secrets are first shown.
#[derive(Default)]
pub struct Redactor {
    ordinals: HashMap<Rc<str>, usize>,
    secrets: Vec<Rc<str>>,
    /// Those that are masked wherever they come again.
    known: Known,
    /// Only where something was learned from: most redactors write one report.
    learned: Option<Learned>,
    reveal: bool,
    strict: bool,
}

impl Redactor {
    /// One that shows every secret in clear, for `--reveal`.
    #[must_use]
    pub fn revealing() -> Self {
        Self { reveal: true, ..Self::default() }
    }

    /// One that shows only what may leave, for text that others will read. By default unknown words and
    /// values are shown too: the screen is their owner's.
    #[must_use]
    pub fn strict() -> Self {
        Self { strict: true, ..Self::default() }
    }

    /// The secret behind a pseudonym such as `a1`.
    #[must_use]
    pub fn clear(&self, pseudonym: &str) -> Option<&str> {
        (0..self.secrets.len())
            .find(|ordinal| self::pseudonym(*ordinal) == pseudonym)
            .and_then(|ordinal| self.secrets.get(ordinal))
            .map(|secret| &**secret)
    }

    /// One secret, masked.
    pub fn secret(&mut self, value: &str) -> Part {
        self.masked(value, false)
    }

    /// Whether everything is shown, or is masked by its place alone.
    pub(super) const fn goes_by_place(&self) -> bool {
        self.reveal || self.strict
    }

    pub(super) const fn known_mut(&mut self) -> &mut Known {
        &mut self.known
    }

    pub(super) fn learned_mut(&mut self) -> &mut Learned {
        self.learned.get_or_insert_default()
    }

    fn masked(&mut self, value: &str, is_typed: bool) -> Part {
        // What is hidden already gives nothing away, and tells that it was.
        if self.reveal || value.is_empty() || is_mark(value) || !self.strict && is_placeholder(value) {
            return plain(value);
        }
        let known = self.ordinals.get(value).copied();
        let ordinal = known.unwrap_or(self.secrets.len());
        if known.is_none() {
            let secret: Rc<str> = value.into();
            self.ordinals.insert(Rc::clone(&secret), ordinal);
            self.secrets.push(secret);
        }
        if (known.is_none() || is_typed)
            && !self.strict
            && let Some(secret) = self.secrets.get(ordinal)
        {
            self.known.add(secret, ordinal, is_typed);
        }
        mask_part(value, ordinal)
    }

    /// The mask of a value that was masked before.
    pub(super) fn mask_of(&self, value: &str) -> Option<String> {
        self.ordinals.get(value).map(|ordinal| mask(value, &pseudonym(*ordinal)))
    }

    /// Parts of a text in which known secrets are masked too. Reports have their own proof; there nothing changes.
    pub fn echoes(&self, parts: Vec<Part>) -> Vec<Part> {
        if self.goes_by_place() {
            return parts;
        }
        let mut masked = Vec::with_capacity(parts.len());
        for part in parts {
            let found = if part.secret.is_none() { self.known.find(&part.text) } else { Vec::new() };
            if found.is_empty() {
                masked.push(part);
                continue;
            }
            let mut from = 0;
            for (range, ordinal) in found {
                masked.extend(part.text.get(from..range.start).filter(|text| !text.is_empty()).map(plain));
                masked.extend(self.secrets.get(ordinal).map(|secret| mask_part(secret, ordinal)));
                from = range.end;
            }
            masked.extend(part.text.get(from..).filter(|text| !text.is_empty()).map(plain));
        }
        masked
    }

    /// A header field's value, its secrets masked by the field's own grammar. `name` is in lower case.
    pub fn field(&mut self, name: &str, value: &str) -> Vec<Part> {
        if is_secret_field(name) && !value.is_empty() {
            return vec![self.masked(value, true)];
        }
        self.shown(value, |value, sink| classify::field(name, value, sink))
    }

    /// A URL, with userinfo, secret parameters and opaque values of path, query and fragment masked.
    pub fn url(&mut self, url: &str) -> Vec<Part> {
        self.shown(url, classify::url)
    }

    /// The name of a field: what is no word that everybody knows is masked.
    pub fn name_of_field(&mut self, name: &str) -> Vec<Part> {
        self.shown(name, classify::field_name)
    }

    /// The name of a cookie: what is no word that everybody knows is masked.
    pub fn name_of_cookie(&mut self, name: &str) -> Vec<Part> {
        self.shown(name, classify::cookie_name)
    }

    /// The value of a parameter of a query or a form, without percent-encoding.
    pub fn parameter(&mut self, name: &str, value: &str) -> Vec<Part> {
        self.shown(value, |value, sink| classify::value(name, value, false, sink))
    }

    /// The path of a URL.
    pub fn path(&mut self, path: &str) -> Vec<Part> {
        self.shown(path, classify::path)
    }

    /// Any text: JSON members and form fields with secret names, and opaque runs, are masked.
    pub fn text(&mut self, text: &str) -> Vec<Part> {
        self.shown(text, |text, sink| classify::content("", text, true, sink))
    }

    /// Notes the secrets of a text that is shown elsewhere.
    pub(super) fn note(&mut self, text: &str, classify: impl FnOnce(&str, &mut dyn Sink)) {
        classify(text, &mut Shown { redactor: self, parts: Vec::new() });
    }

    fn shown(&mut self, text: &str, classify: impl FnOnce(&str, &mut dyn Sink)) -> Vec<Part> {
        if self.reveal {
            return vec![plain(text)];
        }
        let mut shown = Shown { redactor: self, parts: Vec::new() };
        classify(text, &mut shown);
        let mut parts = shown.parts;
        if parts.is_empty() {
            parts.push(plain(text));
        }
        self.echoes(parts)
    }

    /// The text at a place of an exchange, masked.
    pub fn place(&mut self, exchange: &Exchange, place: &Place) -> String {
        let field = |fields: &crate::exchange::Fields, name: &str, nth: usize| fields.all(name).nth(nth).unwrap_or_default().to_owned();
        let parts = match place {
            Place::Target => {
                let mut parts = vec![plain(&format!("{} ", exchange.method))];
                parts.extend(self.url(exchange.url.as_str()));
                parts
            }
            Place::Sent(name, nth) => self.field(name, &field(&exchange.request.fields, name, *nth)),
            Place::Received(name, nth) => match &exchange.response {
                Some(response) => self.field(name, &field(&response.fields, name, *nth)),
                None => Vec::new(),
            },
            Place::Status => match &exchange.response {
                Some(response) => vec![plain(format!("{} {}", response.status, response.status_text).trim_end())],
                None => vec![plain("no response")],
            },
            Place::RequestBody(range) => {
                let text = exchange.request.body.as_ref().map_or("", |body| &body.text);
                self.text(text.get(range.clone()).unwrap_or_default())
            }
            Place::ResponseBody(range) => {
                let text = exchange.response_text().get(range.clone()).unwrap_or_default();
                // Many write letters that are not ASCII as escapes, and nobody reads those.
                let spelled = text.contains("\\u").then(|| json::text_of(&format!("\"{text}\""))).flatten();
                self.text(spelled.as_deref().unwrap_or(text))
            }
            Place::Error => vec![plain(exchange.error.as_deref().unwrap_or_default())],
            Place::Moment if exchange.unseen.moment => vec![plain("no time")],
            Place::Moment => vec![plain(&exchange.started.to_utc())],
        };
        join(&self.echoes(parts))
    }
}

/// Gathers the parts of one text.
struct Shown<'r> {
    redactor: &'r mut Redactor,
    parts: Vec<Part>,
}

impl Sink for Shown<'_> {
    fn clear(&mut self, text: &str) {
        match self.parts.last_mut().filter(|last| last.secret.is_none()) {
            Some(last) => last.text.push_str(text),
            None if text.is_empty() => {}
            None => self.parts.push(plain(text)),
        }
    }

    fn secret(&mut self, kind: Kind, text: &str) {
        let before = self.parts.last().map_or("", |part| &part.text);
        let is_for_its_owner = !self.redactor.strict
            && matches!(kind, Kind::Value | Kind::Word | Kind::Name | Kind::Host | Kind::Person | Kind::Address)
            && !is_opaque(text)
            && !named_secret(before, text);
        if text.is_empty() || is_for_its_owner {
            self.clear(text);
        } else {
            // The quotes around a value are a fault that is to be seen, and no part of it.
            let quoted = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).filter(|inner| !inner.is_empty());
            self.clear(if quoted.is_some() { "\"" } else { "" });
            let part = self.redactor.masked(quoted.unwrap_or(text), is_typed(kind));
            self.parts.push(part);
            self.clear(if quoted.is_some() { "\"" } else { "" });
        }
    }

    fn basic(&mut self, token: &str) {
        self.secret(Kind::Password, token);
        // A server repeats the password, not what it was sent in.
        let decoded = BASE64_STANDARD.decode(token).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        if let Some((_, password)) = decoded.as_deref().and_then(|text| text.split_once(':')) {
            self.redactor.masked(password, true);
        }
    }

    fn nested(&mut self, raw: &str, decoded: &str, encode: Encode, classify: Classify<'_>) {
        if is_clear(decoded, classify) {
            return self.clear(raw);
        }
        // What the text is quoted in stays around it.
        let is_quoted = raw.starts_with('"') && encode("") == "\"\"";
        self.clear(if is_quoted { "\"" } else { "" });
        classify(decoded, self);
        self.clear(if is_quoted { "\"" } else { "" });
    }
}

/// The displayed text of parts.
#[must_use]
pub fn join(parts: &[Part]) -> String {
    parts.iter().map(|part| part.text.as_str()).collect()
}

fn mask(value: &str, name: &str) -> String {
    let count = value.chars().count();
    let noun = if count == 1 { "char" } else { "chars" };
    format!("‹secret {count} {noun} #{name}›")
}

fn mask_part(value: &str, ordinal: usize) -> Part {
    let name = pseudonym(ordinal);
    Part { text: mask(value, &name), secret: Some(name) }
}

fn plain(text: &str) -> Part {
    Part { text: text.to_owned(), secret: None }
}

/// What stands where a script had no value, or only marks: nobody's secret, and often the reason.
fn is_placeholder(value: &str) -> bool {
    let is_marks = !value.chars().any(char::is_alphanumeric) && value.len() <= MARKS;
    is_marks || ["undefined", "null", "none", "nan", "[object object]", "%5bobject%20object%5d"].contains(&&*value.to_ascii_lowercase())
}

/// Ordinal 0 is `a1`, 8 is `a9`, 9 is `b1`, 234 is `aa1`: short, and easy to say aloud.
fn pseudonym(ordinal: usize) -> String {
    let mut letters = Vec::new();
    let mut group = ordinal / 9;
    loop {
        letters.push(char::from(b'a' + u8::try_from(group % 26).unwrap_or(0)));
        if group < 26 {
            break;
        }
        group = group / 26 - 1;
    }
    letters.iter().rev().chain(&[char::from(b'1' + u8::try_from(ordinal % 9).unwrap_or(0))]).collect()
}

/// Whether the whole value of a field of this name, in lower case, is a secret.
pub(super) fn is_secret_field(name: &str) -> bool {
    let is_secret = SECRET_FIELDS.binary_search(&name).is_ok() || api_keys::known(name).is_some() || is_secret_name(name);
    is_secret && !matches!(name, "authorization" | "proxy-authorization")
}

fn is_secret_name(name: &str) -> bool {
    SECRET_NAMES.binary_search(&name).is_ok() || ["token", "secret", "password", "passwd"].iter().any(|end| name.ends_with(end))
}

/// Whether a run looks like a token rather than a word, a path or a number: a JWT, or long with
/// letters and digits mixed and no run of path separators.
fn is_opaque(run: &str) -> bool {
    if jwt::looks_like_jwt(run) {
        return true;
    }
    run.split('/').any(|piece| {
        piece.len() >= OPAQUE_LENGTH
            && piece.bytes().any(|b| b.is_ascii_digit())
            && piece.bytes().any(|b| b.is_ascii_alphabetic())
            && piece.split(['-', '.', '_']).any(|word| word.len() >= OPAQUE_LENGTH / 2)
    })
}

/// Whether the text before a value names it as a secret: `"access_token": "`, `password=`, `Bearer `.
fn named_secret(before: &str, value: &str) -> bool {
    let named = before.trim_end_matches([' ', '"', '\'', ':', '=']);
    let between = before.get(named.len()..).unwrap_or_default();
    let name_start = named.rfind(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '-')).map_or(0, |at| at + 1);
    let name = named.get(name_start..).unwrap_or_default();
    if name.eq_ignore_ascii_case("bearer") {
        return value.len() >= 8;
    }
    let is_member = between.starts_with(['"', '\'']) && between.contains(':');
    let is_parameter = between == "=";
    (is_member || is_parameter) && is_secret_name(&name.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(name: &str, value: &str) -> String {
        join(&Redactor::default().field(name, value))
    }

    #[test]
    fn tables_are_sorted_for_their_search() {
        assert!(SECRET_NAMES.is_sorted());
        assert!(SECRET_FIELDS.is_sorted());
    }

    #[test]
    fn keeps_scheme_names_and_attributes_and_masks_the_rest() {
        assert_eq!(field("authorization", "Bearer s3cr3t"), "Bearer ‹secret 6 chars #a1›");
        assert_eq!(field("authorization", "s3cr3t"), "‹secret 6 chars #a1›");
        assert_eq!(field("cookie", "sid=abc; theme=dark"), "sid=‹secret 3 chars #a1›; theme=‹secret 4 chars #a2›");
        assert_eq!(field("set-cookie", "sid=abc; SameSite=None"), "sid=‹secret 3 chars #a1›; SameSite=None");
        assert_eq!(field("x-api-key", "k"), "‹secret 1 char #a1›");
        assert_eq!(field("cookie", "sid=[REDACTED]; a=b"), "sid=[REDACTED]; a=‹secret 1 char #a1›");
        assert_eq!(field("authorization", "Bearer ***"), "Bearer ***");
        assert_eq!(field("x-csrftoken", "k2"), "‹secret 2 chars #a1›");
    }

    #[test]
    fn shows_what_stands_for_no_value_and_the_quotes_around_one() {
        assert_eq!(field("authorization", "Bearer undefined"), "Bearer undefined");
        assert_eq!(field("authorization", "Bearer null"), "Bearer null");
        assert_eq!(field("location", "/login?state=%2F&code=abc"), "/login?state=/&code=‹secret 3 chars #a1›");
        assert_eq!(field("cookie", "sid=\"abc\""), "sid=\"‹secret 3 chars #a1›\"");
    }

    #[test]
    fn masks_secret_parameters_and_passwords_of_urls() {
        assert_eq!(
            field("location", "https://app.test/cb?code=4/P7q7W91&page=2#access_token=abc"),
            "https://app.test/cb?code=‹secret 9 chars #a1›&page=2#access_token=‹secret 3 chars #a2›"
        );
        assert_eq!(field("referer", "https://alice:pw@app.test/x"), "https://alice:‹secret 2 chars #a1›@app.test/x");
    }

    #[test]
    fn masks_opaque_text_and_named_members_of_bodies() {
        let body = |text: &str| join(&Redactor::default().text(text));
        assert_eq!(
            body(r#"{"access_token": "abc", "expires_in": 3600}"#),
            r#"{"access_token": "‹secret 3 chars #a1›", "expires_in": 3600}"#
        );
        assert_eq!(body("bad token a1b2c3d4e5f6a7b8c9d0e1f2a3b4 given"), "bad token ‹secret 28 chars #a1› given");
        assert_eq!(body("user=alice&password=hunter2&x=1"), "user=alice&password=‹secret 7 chars #a1›&x=1");
        assert_eq!(body("HTTP Error 401.3 - Unauthorized"), "HTTP Error 401.3 - Unauthorized");
        assert_eq!(body("AADSTS50126: Invalid username or password"), "AADSTS50126: Invalid username or password");
    }

    #[test]
    fn equal_secrets_have_equal_pseudonyms() {
        let mut redactor = Redactor::default();
        let first = redactor.secret("one");
        redactor.secret("two");
        assert_eq!(redactor.secret("one"), first);
        assert_eq!(redactor.clear("a2"), Some("two"));
        assert_eq!(redactor.clear("zz9"), None);
    }

    #[test]
    fn pseudonyms_count_on_without_repeating() {
        let all: std::collections::HashSet<String> = (0..10_000).map(pseudonym).collect();
        assert_eq!(all.len(), 10_000);
        assert_eq!((pseudonym(8), pseudonym(9), pseudonym(234)), ("a9".into(), "b1".into(), "aa1".into()));
    }

    #[test]
    fn shows_cookies_as_they_were_written_but_for_their_values() {
        let shown = |name: &str, value: &str| join(&Redactor::default().field(name, value));
        assert_eq!(shown("cookie", "a = x;; b=y ;nameless"), "a = ‹secret 1 char #a1›;; b=‹secret 1 char #a2› ;‹secret 8 chars #a3›");
        assert_eq!(shown("set-cookie", " sid =\tx ; Path=/"), " sid =\t‹secret 1 char #a1› ; Path=/");
    }
}
