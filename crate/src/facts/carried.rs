//! What an exchange carries from one server to another: tokens, and the messages of sign-in protocols.

use std::borrow::Cow;
use std::sync::Arc;

use memchr::{memchr_iter, memmem};

use super::Fingerprint;
use super::messages::{Message, MessageKind};
use super::parameters::{Parameters, json};
use super::saml::Saml;
use super::tokens::names::{guards_forms, role_of_cookie, role_of_parameter};
use super::tokens::{Carrier, Reason, Role, Seen, role};
use crate::exchange::{Exchange, Response};
use crate::limits;
use crate::syntax::form::{self, Form};
use crate::syntax::secret::Secret;
use crate::syntax::{api_keys, cookie, credentials, hidden_fields, set_cookie};

/// JSON without any of these holds no token that could be told from other text.
const JSON_MARKS: [&str; 4] = ["oken", "eyJ", "jwt", "_code"];

/// What only authorization servers answer to a client with (RFC 6749 5.2, RFC 8628 3.5), so that it tells what was asked
/// where that was not recorded.
const TOKEN_ERRORS: [&str; 8] = [
    "authorization_pending",
    "expired_token",
    "invalid_client",
    "invalid_grant",
    "invalid_scope",
    "slow_down",
    "unauthorized_client",
    "unsupported_grant_type",
];

/// Whether a form was refused of which the answer alone tells what it was: the capture leaves it out, or it names little
/// more than the client, as where a device asks to be logged in (RFC 8628 3.1).
fn is_told_by_its_answer(exchange: &Exchange, content: &Form<'_>) -> bool {
    let is_form = |media: &str| media.starts_with("application/x-www-form-urlencoded");
    &*exchange.method == "POST"
        && (exchange.request.body.is_none() || content.has("client_id"))
        && matches!(exchange.status(), 400 | 401 | 403 | 428 | 429)
        && exchange.sent("content-type").is_some_and(is_form)
}

/// The object that a page hands over to the window that asked a provider without showing anything: OAuth 2.0 Web Message
/// Response Mode 4.1.
fn web_message(page: &str) -> Option<&str> {
    let (_, answer) = page.trim_start().starts_with('<').then(|| page.split_once("\"authorization_response\"")).flatten()?;
    let (_, answer) = answer.split_once("response").filter(|(between, _)| between.len() < BETWEEN)?;
    let begins = answer.find('{').filter(|begins| *begins < BETWEEN)?;
    answer.get(begins..=begins + answer.get(begins..)?.find('}')?)
}

/// Bytes between the parts of such a message, at most.
const BETWEEN: usize = 16;

/// No shorter text under a merely common name is taken for a token.
const SHORTEST: usize = 8;

/// What an exchange carries, of the request first.
#[derive(Default)]
pub struct Carried {
    pub tokens: Vec<Seen>,
    pub messages: Vec<Message>,
    pub saml: Vec<Saml>,
    /// The cookies that were sent.
    pub cookies: Vec<(Box<str>, Fingerprint)>,
    /// The cookies that the response sets.
    pub set_cookies: Vec<(Box<str>, Fingerprint)>,
    wanted: Option<Fingerprint>,
    text: Option<Secret>,
}

/// A token as it was captured, found again where it stands, for what has to be computed from it: hashes,
/// signatures, its issuer's prefix. Nothing keeps it.
#[must_use]
pub fn text_of(exchange: &Exchange, token: Fingerprint) -> Option<Secret> {
    let parsed = exchange.sent("authorization").map(credentials::parse);
    let mut carried = Carried { wanted: Some(token), ..Carried::default() };
    carried.read(exchange, &Parameters::of(exchange), parsed.as_ref().map(|parsed| &parsed.value));
    carried.text
}

/// What a place says about a token in it.
type Guess = (Role, Reason);

impl Carried {
    /// Takes what stands there, if it is a token. Without a guess only text with a form of its own is one.
    fn take(&mut self, carrier: Carrier, name: Cow<'static, str>, text: &str, guess: Option<Guess>) {
        if text.is_empty() || self.tokens.len() >= limits::TOKENS {
            return;
        }
        let Some(read) = role::read(text, guess.map(|(role, _)| role)) else { return };
        if self.wanted == Some(read.token.fingerprint) {
            self.text = Some(text.into());
        }
        let (mut role, mut reason) = guess.unwrap_or_default();
        if read.reason > reason {
            (role, reason) = (read.role, read.reason);
        }
        self.tokens.push(Seen { token: Arc::new(read.token), carrier, name, role, reason, life: None });
    }

    /// Reads an exchange.
    pub fn read(&mut self, exchange: &Exchange, parameters: &Parameters<'_>, credentials: Option<&credentials::Credentials<'_>>) {
        self.request(exchange, parameters, credentials);
        if let Some(response) = &exchange.response {
            self.response(exchange, response, &parameters.content);
        }
    }

    fn request(&mut self, exchange: &Exchange, parameters: &Parameters<'_>, credentials: Option<&credentials::Credentials<'_>>) {
        let fields = &exchange.request.fields;
        if let Some((credentials, token)) = credentials.and_then(|credentials| Some((credentials, credentials.token()?))) {
            let is_key = credentials.scheme.to_ascii_lowercase().contains("key");
            let role = if is_key { Role::ApiKey } else { Role::Access };
            self.take(Carrier::Authorization, Cow::Borrowed("authorization"), token, Some((role, Reason::Scheme)));
        }
        for (name, value) in fields.iter() {
            if name == "dpop" {
                self.take(Carrier::Field, Cow::Borrowed("dpop"), value, Some((Role::DpopProof, Reason::Protocol)));
            } else if let Some(field) = api_keys::known(name) {
                // Some products take the account's address in a field beside the key.
                if !value.contains('@') {
                    self.take(Carrier::Field, Cow::Borrowed(field.name), value, Some((Role::ApiKey, Reason::KeyField)));
                }
            } else if name != "authorization" && first_jwt(value).is_some_and(|scheme| scheme.is_empty() || scheme.ends_with(' ')) {
                self.take(Carrier::Field, owned(name), value.rsplit(' ').next().unwrap_or_default(), None);
            } else if name.starts_with(['c', 'r', 'x']) && guards_forms(name) {
                self.take(Carrier::Field, owned(name), value, Some((Role::Csrf, Reason::CommonName)));
            }
        }
        for value in fields.all("cookie") {
            for pair in cookie::parse(value).value {
                self.cookies.push((pair.name.into(), Fingerprint::unless_hidden(pair.value)));
                self.cookie(Carrier::Cookie, pair.name, pair.value);
            }
        }
        self.parameters(Carrier::Query, &parameters.query);
        self.parameters(if parameters.is_json { Carrier::RequestJson } else { Carrier::Form }, &parameters.content);
    }

    fn response(&mut self, exchange: &Exchange, response: &Response, asked: &Form<'_>) {
        for value in response.fields.all("set-cookie").take(limits::COOKIES) {
            let cookie = set_cookie::parse(value).value;
            self.set_cookies.push((cookie.name.into(), Fingerprint::unless_hidden(cookie.value)));
            self.cookie(Carrier::SetCookie, cookie.name, cookie.value);
        }
        if let Some(target) = exchange.redirect_target() {
            for (carrier, parameters) in [(Carrier::LocationQuery, target.query()), (Carrier::LocationFragment, target.fragment())] {
                if let Some(parameters) = parameters {
                    self.parameters(carrier, &form::urlencoded(parameters).value);
                }
            }
        }
        let Some(body) = &response.body else { return };
        let has = |mark: &str| memmem::find(body.text.as_bytes(), mark.as_bytes()).is_some();
        let start = body.text.trim_start();
        let asks_for_more = self.messages.last().is_some_and(|message| message.carrier.is_sent());
        if start.starts_with('{') && (asks_for_more || JSON_MARKS.iter().any(|mark| has(mark))) {
            self.parameters(Carrier::ResponseJson, &json(&body.text));
        } else if start.starts_with('{') && is_told_by_its_answer(exchange, asked) {
            let answer = json(&body.text);
            if answer.get("error").is_some_and(|code| TOKEN_ERRORS.contains(&code)) {
                self.messages.push(Message::with(MessageKind::TokenError, Carrier::ResponseJson, &answer));
            }
        } else if start.starts_with('<') && has("hidden") {
            self.parameters(Carrier::HiddenField, &hidden_fields::read(&body.text));
        }
        if let Some(answer) = web_message(&body.text) {
            self.messages.extend(Message::of(Carrier::ResponseJson, &json(answer)));
        }
    }

    fn cookie(&mut self, carrier: Carrier, name: &str, value: &str) {
        // A cookie that is being deleted carries nothing.
        if !matches!(value, "" | "deleted" | "\"\"") {
            self.take(carrier, owned(name), value.trim_matches('"'), role_of_cookie(name).map(|role| (role, Reason::CommonName)));
        }
    }

    fn parameters(&mut self, carrier: Carrier, form: &Form<'_>) {
        self.form(carrier, form, 0);
        self.message(carrier, form);
        if self.wanted.is_none() {
            self.saml.extend(Saml::of(carrier, form));
        }
    }

    fn form(&mut self, carrier: Carrier, form: &Form<'_>, depth: usize) {
        for pair in &form.pairs {
            let is_json = matches!(carrier, Carrier::RequestJson | Carrier::ResponseJson);
            if is_json && pair.value.starts_with(['{', '[']) {
                if depth < limits::TOKEN_JSON_DEPTH {
                    self.form(carrier, &json(&pair.value), depth + 1);
                }
                continue;
            }
            let says = role_of_parameter(&pair.name).filter(|(role, reason, _)| match role {
                Role::AuthorizationCode => is_code(carrier, form),
                Role::RequestObject => form.has("client_id"),
                _ => *reason == Reason::Protocol || *role == Role::Csrf || pair.value.len() >= SHORTEST,
            });
            let (name, guess) = match says {
                Some((role, reason, Some(registered))) => (Cow::Borrowed(registered), Some((role, reason))),
                Some((role, reason, None)) => (owned(&pair.name), Some((role, reason))),
                None => (owned(&pair.name), None),
            };
            // Members that are not text stand here as JSON.
            if !(is_json && matches!(&*pair.value, "null" | "true" | "false")) {
                self.take(carrier, name, &pair.value, guess);
            }
        }
        let seconds = |name| form.get(name).and_then(|seconds| seconds.parse().ok());
        self.lives(seconds("expires_in"), seconds("refresh_expires_in").or_else(|| seconds("refresh_token_expires_in")));
    }

    fn message(&mut self, carrier: Carrier, form: &Form<'_>) {
        let message = match self.messages.last_mut() {
            _ if carrier != Carrier::ResponseJson => Message::of(carrier, form),
            Some(asked) if asked.is_of_client() && form.has("error") => Some(Message::with(MessageKind::TokenError, carrier, form)),
            Some(asked) => {
                if let Some(reference) = form.get("request_uri") {
                    asked.became_pushed(reference);
                }
                None
            }
            None => None,
        };
        if let Some(message) = message {
            self.messages.push(message);
        }
    }

    /// Notes the lives that stand beside the tokens just read.
    fn lives(&mut self, access: Option<u32>, refresh: Option<u32>) {
        for seen in &mut self.tokens {
            let life = match &*seen.name {
                "access_token" => access,
                "refresh_token" => refresh,
                _ => None,
            };
            seen.life = seen.life.or(life.filter(|_| !seen.carrier.is_sent()));
        }
    }
}

/// What stands before the first beginning of a JWT in a field's value; its last letter is rare in others.
fn first_jwt(value: &str) -> Option<&str> {
    memchr_iter(b'J', value.as_bytes()).find_map(|at| value.get(..at)?.strip_suffix("ey"))
}

fn owned(name: &str) -> Cow<'static, str> {
    Cow::Owned(name.to_owned())
}

/// Whether `code` among these parameters is an authorization code: it goes to the token endpoint,
/// or comes back with what else stands in an authorization response.
fn is_code(carrier: Carrier, form: &Form<'_>) -> bool {
    // In the JSON of an answer it is the code of an error.
    carrier != Carrier::ResponseJson && !form.has("response_type") && CODE_COMPANIONS.iter().any(|name| form.has(name))
}

/// What stands beside an authorization code: in the answer that brings it, and in the request that redeems it.
const CODE_COMPANIONS: [&str; 8] = ["code_verifier", "grant_type", "id_token", "iss", "redirect_uri", "scope", "session_state", "state"];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Facts;
    use crate::facts::tokens::Format;

    fn seen(notation: &str) -> Vec<(Carrier, String, Role, Reason)> {
        let exchanges = crate::capture::notation::parse(notation).unwrap();
        let facts = Facts::of(&exchanges[0]);
        facts.tokens.iter().map(|seen| (seen.carrier, seen.name.to_string(), seen.role, seen.reason)).collect()
    }

    #[test]
    fn reads_the_token_response_of_rfc_6749() {
        // RFC 6749 4.1.4.
        let notation = "> POST https://server.example.com/token\n> Content-Type: application/x-www-form-urlencoded\n>\n\
            > grant_type=authorization_code&code=SplxlOBeZQQYbYS6WxSbIA&redirect_uri=https%3A%2F%2Fclient%2Eexample%2Ecom%2Fcb\n\
            < 200 OK\n< Content-Type: application/json\n<\n\
            < {\"access_token\":\"2YotnFZFEjr1zCsicMWpAA\",\"token_type\":\"example\",\"expires_in\":3600,\
            \"refresh_token\":\"tGzv3JOkF0XG5Qx2TlKWIA\",\"example_parameter\":\"example_value\"}\n";
        let facts = Facts::of(&crate::capture::notation::parse(notation).unwrap()[0]);
        let told: Vec<_> = facts.tokens.iter().map(|seen| (seen.carrier, &*seen.name, seen.role, seen.life)).collect();
        assert_eq!(
            told,
            [
                (Carrier::Form, "code", Role::AuthorizationCode, None),
                (Carrier::ResponseJson, "access_token", Role::Access, Some(3600)),
                (Carrier::ResponseJson, "refresh_token", Role::Refresh, None)
            ]
        );
        assert!(facts.tokens.iter().all(|seen| matches!(seen.token.format, Format::Opaque) && seen.reason == Reason::Protocol));
    }

    #[test]
    fn finds_tokens_in_every_place() {
        let sent = seen(
            "> POST https://api.test/x?access_token=abc&page_token=zzzzzzzzzz\n> Authorization: Bearer {jwt nonce=n}\n> X-API-Key: k123\n\
             > X-CSRF-Token: c1\n> Cookie: theme=dark; sid=1; csrftoken=2; id={jwt typ=at+jwt}\n> Content-Type: application/json\n>\n\
             > {\"auth\": {\"refreshToken\": \"0123456789\"}, \"code\": \"E_17\"}\n",
        );
        let told: Vec<_> = sent.iter().map(|(carrier, name, role, reason)| (*carrier, name.as_str(), *role, *reason)).collect();
        assert_eq!(
            told,
            [
                (Carrier::Authorization, "authorization", Role::Id, Reason::IdClaims),
                (Carrier::Field, "x-api-key", Role::ApiKey, Reason::KeyField),
                (Carrier::Field, "x-csrf-token", Role::Csrf, Reason::CommonName),
                (Carrier::Cookie, "sid", Role::Session, Reason::CommonName),
                (Carrier::Cookie, "csrftoken", Role::Csrf, Reason::CommonName),
                (Carrier::Cookie, "id", Role::Access, Reason::Typ),
                (Carrier::Query, "access_token", Role::Access, Reason::Protocol),
                (Carrier::RequestJson, "refreshToken", Role::Refresh, Reason::CommonName),
            ]
        );
        let received = seen(
            "> GET https://id.test/auth?response_type=token\n< 302 Found\n< Set-Cookie: JSESSIONID=1\n< Set-Cookie: old=deleted\n\
             < Location: https://client.test/cb#access_token=2YotnFZFEjr1zCsicMWpAA&state=xyz&token_type=example&expires_in=3600\n",
        );
        let told: Vec<_> = received.iter().map(|(carrier, name, ..)| (*carrier, name.as_str())).collect();
        assert_eq!(told, [(Carrier::SetCookie, "JSESSIONID"), (Carrier::LocationFragment, "access_token")]);
        let hidden = seen(
            "> GET https://id.test/auth\n< 200 OK\n< Content-Type: text/html\n<\n< <form method=post action=https://rp.test/cb>\
             <input type=\"hidden\" name=\"code\" value=\"abc\"/><INPUT TYPE=hidden NAME=state VALUE=x></form>\n",
        );
        assert_eq!(
            hidden.iter().map(|(carrier, name, ..)| (*carrier, name.as_str())).collect::<Vec<_>>(),
            [(Carrier::HiddenField, "code")]
        );
    }

    #[test]
    fn passes_over_what_is_no_token() {
        for notation in [
            "> GET https://a.test/?code=SUMMER&token=1&q=access_token\n> Cookie: theme=dark; _ga=GA1.2.3\n",
            "> GET https://a.test/\n< 400 Bad Request\n<\n< {\"code\": \"token_missing\", \"error\": {\"token\": null}}\n",
            "> GET https://a.test/\n> Authorization: Basic {base64 a:b}\n< 302 Found\n< Location: /?next=1\n",
            "> GET https://a.test/auth?response_type=code&client_id=c&state=s&code_challenge=abc\n",
        ] {
            assert_eq!(seen(notation), [], "{notation}");
        }
    }
}
