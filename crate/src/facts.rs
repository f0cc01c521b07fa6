//! Every parsed field of one exchange, made exactly once.

use url::Url;

use crate::exchange::{Exchange, Kind};
use crate::syntax::{SyntaxViolation, challenge, cookie, credentials, http_date, jwt, set_cookie};
use crate::time::Time;

/// What the fields of one exchange say.
#[derive(Debug, Default)]
pub struct Facts {
    /// What the exchange is for.
    pub purpose: Purpose,
    /// The server's clock, from `Date`, where the response came from the network.
    pub date: Option<Time>,
    /// The challenges of `WWW-Authenticate`.
    pub challenges: Vec<Challenge>,
    /// The challenges of `Proxy-Authenticate`.
    pub proxy_challenges: Vec<Challenge>,
    /// Departures of those fields from their grammar: field name, which field of that name, what.
    pub challenge_violations: Vec<(&'static str, usize, SyntaxViolation)>,
    /// What `Authorization` bore.
    pub credentials: Option<Credentials>,
    /// The cookies that were sent: name, and what tells equal values.
    pub cookies: Vec<(Box<str>, Fingerprint)>,
    /// The cookies that the response sets, by name; the store has the rest.
    pub set_cookies: Vec<(Box<str>, Fingerprint)>,
}

/// Tells equal secrets without holding them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Fingerprint(u64);

impl Fingerprint {
    /// The fingerprint of a value (FNV-1a, 64 bits).
    #[must_use]
    pub fn of(value: &str) -> Self {
        Self(value.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)))
    }
}

/// One challenge, kept beyond its field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Challenge {
    /// Which field of its name it stands in.
    pub field: usize,
    /// The scheme, as sent.
    pub scheme: Box<str>,
    /// Parameters: lower-case name, value.
    pub params: Vec<(Box<str>, Box<str>)>,
}

impl Challenge {
    /// Whether it is of that scheme, in any case.
    #[must_use]
    pub fn is(&self, scheme: &str) -> bool {
        self.scheme.eq_ignore_ascii_case(scheme)
    }

    /// A parameter's value, by lower-case name.
    #[must_use]
    pub fn param(&self, name: &str) -> Option<&str> {
        self.params.iter().find(|(n, _)| &**n == name).map(|(_, value)| &**value)
    }
}

/// What an `Authorization` field bore.
#[derive(Debug)]
pub struct Credentials {
    /// The scheme, as sent; empty where there is none.
    pub scheme: Box<str>,
    /// Tells equal credentials.
    pub fingerprint: Fingerprint,
    /// Departures from the grammar, and values that no program meant to send.
    pub violations: Vec<SyntaxViolation>,
    /// The token, where it is a JWT.
    pub token: Option<Token>,
    /// The user, of Basic credentials.
    pub user: Option<Box<str>>,
}

impl Credentials {
    /// Whether they are of that scheme, in any case.
    #[must_use]
    pub fn is(&self, scheme: &str) -> bool {
        self.scheme.eq_ignore_ascii_case(scheme)
    }
}

/// The claims of a JWT that causes ask for.
#[derive(Clone, Debug, Default)]
pub struct Token {
    /// `exp`.
    pub expires: Option<Time>,
    /// `nbf`.
    pub not_before: Option<Time>,
    /// `iat`.
    pub issued: Option<Time>,
    /// `iss`.
    pub issuer: Option<Box<str>>,
    /// `aud`.
    pub audience: Vec<Box<str>>,
    /// `scope` or `scp`, apart.
    pub scopes: Vec<Box<str>>,
}

/// What an exchange is for, by its structure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Purpose {
    /// A user's name and password are submitted.
    SignIn,
    /// A token is asked for with a grant.
    Token,
    /// A refresh token is redeemed.
    Refresh,
    /// The browser comes back from an identity provider.
    Callback,
    /// The browser goes to an identity provider.
    Authorize,
    /// The user logs out.
    SignOut,
    /// The browser asks whether it may ask.
    Preflight,
    /// An image, a font, a style sheet, a script, the icon.
    Asset,
    /// A page.
    Page,
    /// Anything that a script asks for.
    #[default]
    Api,
}

impl Facts {
    /// Reads the fields of an exchange.
    #[must_use]
    pub fn of(exchange: &Exchange) -> Self {
        let mut facts = Self { purpose: purpose(exchange), ..Self::default() };
        facts.read_request(exchange);
        facts.read_response(exchange);
        facts
    }

    fn read_request(&mut self, exchange: &Exchange) {
        let fields = &exchange.request.fields;
        self.credentials = fields.get("authorization").map(credentials_of);
        for value in fields.all("cookie") {
            self.cookies.extend(cookie::parse(value).value.into_iter().map(|pair| (pair.name.into(), Fingerprint::of(pair.value))));
        }
    }

    fn read_response(&mut self, exchange: &Exchange) {
        let Some(response) = &exchange.response else { return };
        if exchange.served_by == crate::exchange::ServedBy::Network && !response.fields.has("age") {
            self.date = response.fields.get("date").and_then(|value| http_date::parse(value).value).map(Time);
        }
        for (name, into) in [("www-authenticate", &mut self.challenges), ("proxy-authenticate", &mut self.proxy_challenges)] {
            for (field, value) in response.fields.all(name).enumerate() {
                let parsed = challenge::parse(value);
                into.extend(parsed.value.iter().map(|challenge| kept(challenge, field)));
                self.challenge_violations.extend(parsed.violations.into_iter().map(|violation| (name, field, violation)));
            }
        }
        for value in response.fields.all("set-cookie") {
            let cookie = set_cookie::parse(value).value;
            self.set_cookies.push((cookie.name.into(), Fingerprint::of(cookie.value)));
        }
    }

    /// Whether the request bore `Authorization` or any cookie.
    #[must_use]
    pub fn bears_credentials(&self) -> bool {
        self.credentials.is_some() || !self.cookies.is_empty()
    }

    /// The fingerprint of the cookie of that name, as sent.
    #[must_use]
    pub fn cookie(&self, name: &str) -> Option<Fingerprint> {
        self.cookies.iter().find(|(n, _)| &**n == name).map(|(_, value)| *value)
    }

    /// The JWT in `Authorization`.
    #[must_use]
    pub fn token(&self) -> Option<&Token> {
        self.credentials.as_ref().and_then(|credentials| credentials.token.as_ref())
    }

    /// The first challenge of that scheme.
    #[must_use]
    pub fn challenge(&self, scheme: &str) -> Option<&Challenge> {
        self.challenges.iter().find(|challenge| challenge.is(scheme))
    }

    /// The `error` code of a Bearer or DPoP challenge (RFC 6750 3.1).
    #[must_use]
    pub fn bearer_error(&self) -> Option<(&Challenge, &str)> {
        self.challenges
            .iter()
            .filter(|challenge| challenge.is("bearer") || challenge.is("dpop"))
            .find_map(|challenge| challenge.param("error").map(|error| (challenge, error)))
    }
}

fn kept(challenge: &challenge::Challenge<'_>, field: usize) -> Challenge {
    Challenge {
        field,
        scheme: challenge.scheme.into(),
        params: challenge.params.iter().map(|param| (param.name.to_ascii_lowercase().into(), (*param.value).into())).collect(),
    }
}

fn credentials_of(value: &str) -> Credentials {
    let parsed = credentials::parse(value);
    let credential = value.get(parsed.value.scheme.len()..).unwrap_or_default().trim();
    let user = match &parsed.value.kind {
        credentials::Kind::Basic(basic) => Some(String::from_utf8_lossy(&basic.user).into()),
        _ => None,
    };
    Credentials {
        scheme: parsed.value.scheme.into(),
        fingerprint: Fingerprint::of(value),
        token: jwt::parse(credential.trim_matches('"')).value.map(|token| token_of(&token)),
        violations: parsed.violations,
        user,
    }
}

fn token_of(token: &jwt::Jwt) -> Token {
    let claims = &token.claims;
    Token {
        expires: claims.exp.map(Time::from_seconds),
        not_before: claims.nbf.map(Time::from_seconds),
        issued: claims.iat.map(Time::from_seconds),
        issuer: claims.iss.as_deref().map(Into::into),
        audience: claims.aud.iter().map(|aud| (&**aud).into()).collect(),
        scopes: claims.scope.iter().map(|scope| (&**scope).into()).collect(),
    }
}

fn purpose(exchange: &Exchange) -> Purpose {
    if exchange.kind == Kind::Preflight {
        return Purpose::Preflight;
    }
    if exchange.kind.is_asset() || exchange.url.path().ends_with("/favicon.ico") {
        return Purpose::Asset;
    }
    let body = exchange.request.body.as_ref().map_or("", |body| &*body.text);
    if &*exchange.method == "POST" {
        match parameter(body, "grant_type").as_deref() {
            Some("refresh_token") => return Purpose::Refresh,
            Some("password") => return Purpose::SignIn,
            Some(_) => return Purpose::Token,
            None => {}
        }
        if PASSWORD_NAMES.iter().any(|name| parameter(body, name).is_some()) {
            return Purpose::SignIn;
        }
        if parameter(body, "SAMLResponse").is_some() || parameter(body, "wresult").is_some() {
            return Purpose::Callback;
        }
    }
    let query = |name: &str| exchange.url.query_pairs().any(|(n, _)| n == name);
    if query("response_type") && query("client_id") || query("SAMLRequest") {
        return Purpose::Authorize;
    }
    if query("state") && (query("code") || query("error"))
        || parameter(body, "state").is_some() && (parameter(body, "code").is_some() || parameter(body, "error").is_some())
    {
        return Purpose::Callback;
    }
    if path_has(&exchange.url, &SIGN_OUT_WORDS) {
        return Purpose::SignOut;
    }
    if exchange.kind == Kind::Document { Purpose::Page } else { Purpose::Api }
}

/// Form and JSON names under which login forms send the password. Common practice; checked 2026-11-20.
const PASSWORD_NAMES: [&str; 8] = ["password", "passwd", "pwd", "pass", "user_password", "j_password", "user[password]", "Input.Password"];
const SIGN_OUT_WORDS: [&str; 5] = ["logout", "signout", "sign-out", "log-out", "sign_out"];
/// Words in the path of a page where people log in.
const SIGN_IN_WORDS: [&str; 8] = ["login", "signin", "sign-in", "log-in", "sign_in", "logon", "authorize", "sso"];

/// Whether a URL looks like a page where people log in.
#[must_use]
pub fn is_sign_in_url(url: &Url) -> bool {
    path_has(url, &SIGN_IN_WORDS)
}

fn path_has(url: &Url, words: &[&str]) -> bool {
    url.path().split(['/', '.']).any(|segment| words.iter().any(|word| segment.eq_ignore_ascii_case(word)))
}

/// A parameter of a form or a top-level string member of a JSON object.
fn parameter(body: &str, name: &str) -> Option<String> {
    if body.trim_start().starts_with('{') {
        let members: std::collections::BTreeMap<String, serde_json::Value> = serde_json::from_str(body).ok()?;
        return members.get(name).and_then(|value| value.as_str()).map(str::to_owned);
    }
    url::form_urlencoded::parse(body.as_bytes()).find(|(n, _)| n == name).map(|(_, value)| value.into_owned())
}
