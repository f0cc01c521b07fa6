//! In what two exchanges that do the same differ, as far as a login turns on it: what was sent before
//! what came back. Values of secrets are never compared, since they differ between any two logins.

use super::Parting;
use super::align::Pair;
use crate::facts::Purpose;
use crate::facts::parameters::Parameters;
use crate::redact::vocabulary::is_harmless;
use crate::session::cors::is_browsers;
use crate::session::{Record, Session};
use crate::syntax::set_cookie;

/// Parameters of OAuth whose values two logins of one application share: RFC 6749, OpenID Connect Core.
const PARAMETERS: [&str; 6] = ["client_id", "redirect_uri", "response_type", "scope", "grant_type", "code_challenge_method"];

/// Response fields that decide who may read an answer.
const CORS_FIELDS: [&str; 3] = ["access-control-allow-origin", "access-control-allow-credentials", "access-control-allow-headers"];

/// The differences of a pair that matter.
pub fn of(working: &Session, failing: &Session, pair: &Pair) -> Vec<Parting> {
    match *pair {
        Pair::Both(one, other) => match (working.record(one), failing.record(other)) {
            (Some(works), Some(fails)) => both(works, fails),
            _ => Vec::new(),
        },
        Pair::Working(at) => {
            working.record(at).filter(|record| matters_alone(record)).map(|record| alone(record, true)).into_iter().collect()
        }
        Pair::Failing(at) => {
            failing.record(at).filter(|record| matters_alone(record)).map(|record| alone(record, false)).into_iter().collect()
        }
    }
}

/// Whether an exchange matters where only one of the captures has it.
fn matters_alone(record: &Record) -> bool {
    let purpose = record.facts.purpose;
    purpose.is_login() || matches!(purpose, Purpose::Authorize | Purpose::Preflight | Purpose::SignOut) || record.redirects_to_sign_in()
}

/// What an exchange does: "POST /login".
pub fn what(record: &Record) -> String {
    format!("{} {}", record.exchange.method, record.exchange.url.path())
}

fn alone(record: &Record, works: bool) -> Parting {
    let number = Some(record.exchange.number);
    let (makes, lacks) = ("makes this request".to_owned(), "does not make this request".to_owned());
    let what = what(record);
    if works {
        Parting { what, working: number, failing: None, works: makes, fails: lacks }
    } else {
        Parting { what, working: None, failing: number, works: lacks, fails: makes }
    }
}

fn both(works: &Record, fails: &Record) -> Vec<Parting> {
    let mut partings = Vec::new();
    let mut part = |one: String, other: String| {
        if one != other {
            partings.push(Parting {
                what: what(fails),
                working: Some(works.exchange.number),
                failing: Some(fails.exchange.number),
                works: one,
                fails: other,
            });
        }
    };
    part(scheme(works), scheme(fails));
    if !hides_authorization(works) && !hides_authorization(fails) {
        part(authorization(works), authorization(fails));
    }
    let (one, other) = cookies(works, fails);
    part(one, other);
    for name in PARAMETERS {
        part(parameter(works, name), parameter(fails, name));
    }
    part(csrf(works), csrf(fails));
    part(claims(works), claims(fails));
    // What no other rule knows counts only where the answers differ.
    if works.exchange.status() != fails.exchange.status() {
        part(fields_only_in(works, fails), fields_only_in(fails, works));
        part(origin(works), origin(fails));
    }
    part(status(works), status(fails));
    part(location(works), location(fails));
    let (one, other) = set_cookies(works, fails);
    part(one, other);
    part(challenges(works), challenges(fails));
    for name in CORS_FIELDS {
        part(received(works, name), received(fails, name));
    }
    partings
}

fn scheme(record: &Record) -> String {
    format!("goes over {}", record.exchange.url.scheme())
}

/// Whether nobody can tell if it bore an Authorization.
fn hides_authorization(record: &Record) -> bool {
    record.exchange.unseen.authorization && record.facts.credentials.is_none()
}

fn authorization(record: &Record) -> String {
    match &record.facts.credentials {
        Some(credentials) => format!("bears Authorization: {}", credentials.scheme),
        None => "bears no Authorization".to_owned(),
    }
}

/// The names that only one of the requests bears, of cookies; where a capture leaves them out, nothing.
fn cookies(works: &Record, fails: &Record) -> (String, String) {
    let (one, other) = (&works.facts.cookies, &fails.facts.cookies);
    if works.exchange.unseen.cookies || fails.exchange.unseen.cookies {
        return Default::default();
    }
    type Cookies = [(Box<str>, crate::facts::Fingerprint)];
    let only = |mine: &Cookies, yours: &Cookies| {
        let names: Vec<&str> =
            mine.iter().map(|(name, _)| &**name).filter(|name| !yours.iter().any(|(other, _)| **other == **name)).collect();
        names.join(", ")
    };
    let says = |mine: String, yours: String| match (mine.is_empty(), yours.is_empty()) {
        (true, true) => String::new(),
        (true, false) => format!("does not bear {yours}"),
        (false, _) => format!("bears {mine}"),
    };
    (says(only(one, other), only(other, one)), says(only(other, one), only(one, other)))
}

/// The fields of the program's own that only this request bears.
fn fields_only_in(record: &Record, other: &Record) -> String {
    let theirs = &other.exchange.request.fields;
    let is_own = |name: &&str| {
        let name = name.to_ascii_lowercase();
        !name.starts_with(':') && !is_browsers(&name) && !matches!(&*name, "authorization" | "content-type")
    };
    let names = record.exchange.request.fields.iter().map(|(name, _)| name).filter(|name| is_own(name) && !theirs.has(name));
    // Names that are made of words say nothing of anybody.
    let is_plain = |name: &&str| is_harmless(name) || name.len() <= LONGEST_NAME && !name.contains(|sign: char| sign.is_ascii_digit());
    let (named, others): (Vec<&str>, Vec<&str>) = names.partition(is_plain);
    match (named.is_empty(), others.len()) {
        (true, 0) => "bears no other field".to_owned(),
        (true, 1) => "bears a field of its own".to_owned(),
        (true, count) => format!("bears {count} fields of its own"),
        (false, 0) => format!("bears the field {}", named.join(", ")),
        (false, count) => format!("bears the field {}, and {count} of its own", named.join(", ")),
    }
}

/// Characters of a field's name that is made of words, whatever these are.
const LONGEST_NAME: usize = 40;

/// The origin that a request names for its page, by which servers guard what changes something.
fn origin(record: &Record) -> String {
    match record.exchange.sent("origin") {
        Some(origin) => format!("comes from {origin}"),
        None => "names no Origin".to_owned(),
    }
}

fn parameter(record: &Record, name: &str) -> String {
    let parameters = Parameters::of(&record.exchange);
    match parameters.query.get(name).or_else(|| parameters.content.get(name)) {
        Some(value) => format!("sends {name}={value}"),
        None => format!("sends no {name}"),
    }
}

fn csrf(record: &Record) -> String {
    use crate::facts::tokens::{Carrier, Role};
    let sent = record.facts.tokens.iter().find(|seen| seen.role == Role::Csrf && seen.carrier.is_sent() && seen.carrier != Carrier::Cookie);
    sent.map_or_else(|| "sends no token against forged requests".to_owned(), |seen| format!("sends {}", seen.name))
}

/// What the claims of the token in Authorization say, as far as two logins share it.
fn claims(record: &Record) -> String {
    let Some(claims) = record.facts.token().and_then(|token| token.claims()) else { return String::new() };
    let issuer = claims.iss.as_deref().unwrap_or("nobody");
    let now = record.facts.date.unwrap_or(record.exchange.started);
    let is_over = claims.exp.is_some_and(|end| crate::time::Time::from_seconds(end) <= now);
    let state = if is_over { "an expired token" } else { "a token" };
    format!("bears {state} of {issuer} for {} with scope {}", claims.aud.join(" "), claims.scope.join(" "))
}

fn status(record: &Record) -> String {
    match record.exchange.status() {
        0 => format!("gets no answer ({})", record.exchange.error.as_deref().unwrap_or("no error named")),
        status => format!("is answered by {status}"),
    }
}

fn location(record: &Record) -> String {
    match record.exchange.redirect_target() {
        Some(target) => format!("is sent to {}://{}{}", target.scheme(), target.host_str().unwrap_or_default(), target.path()),
        None => "is sent nowhere".to_owned(),
    }
}

/// The cookies that only one answer sets, or sets with other attributes: names and attributes, no values.
fn set_cookies(works: &Record, fails: &Record) -> (String, String) {
    if works.exchange.unseen.set_cookies || fails.exchange.unseen.set_cookies {
        return Default::default();
    }
    let (one, other) = (lines(works), lines(fails));
    let only = |mine: &[String], yours: &[String]| {
        let lines: Vec<&str> = mine.iter().filter(|line| !yours.contains(line)).map(String::as_str).collect();
        if lines.is_empty() { "sets no other cookie".to_owned() } else { format!("sets {}", lines.join(" and ")) }
    };
    (only(&one, &other), only(&other, &one))
}

fn lines(record: &Record) -> Vec<String> {
    let fields = record.exchange.response.iter().flat_map(|response| response.fields.all("set-cookie"));
    fields
        .map(|line| {
            let cookie = set_cookie::parse(line).value;
            let attribute = |attribute: Option<set_cookie::Attribute<'_>>, name: &str| {
                attribute.map(|one| format!("; {name}={}", one.value)).unwrap_or_default()
            };
            let flag = |is_set: bool, name: &str| if is_set { format!("; {name}") } else { String::new() };
            [
                cookie.name.to_owned(),
                attribute(cookie.domain, "Domain"),
                attribute(cookie.path, "Path"),
                flag(cookie.secure.is_some(), "Secure"),
                flag(cookie.http_only.is_some(), "HttpOnly"),
                attribute(cookie.same_site.map(|(one, _)| one), "SameSite"),
                flag(cookie.partitioned.is_some(), "Partitioned"),
                flag(cookie.value.is_empty(), "deleted"),
            ]
            .concat()
        })
        .collect()
}

fn challenges(record: &Record) -> String {
    let schemes: Vec<String> = record
        .facts
        .challenges
        .iter()
        .map(|challenge| match challenge.param("error") {
            Some(error) => format!("{} {error}", challenge.scheme),
            None => challenge.scheme.to_string(),
        })
        .collect();
    if schemes.is_empty() { "is asked for nothing".to_owned() } else { format!("is asked for {}", schemes.join(", ")) }
}

fn received(record: &Record, name: &str) -> String {
    match record.exchange.received(name) {
        Some(value) => format!("gets {name}: {value}"),
        None => format!("gets no {name}"),
    }
}
