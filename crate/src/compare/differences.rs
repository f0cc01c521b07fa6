//! In what two exchanges that do the same differ, as far as a login turns on it: what was sent before
//! what came back. Values of secrets are never compared, since they differ between any two logins.

use super::Parting;
use super::align::Pair;
use super::says::{Piece, Says};
use crate::facts::own_fields::is_tracers;
use crate::facts::parameters::Parameters;
use crate::facts::{Credentials, Fingerprint, Purpose};
use crate::redact::Redactor;
use crate::redact::vocabulary::is_harmless;
use crate::session::cors::is_browsers;
use crate::session::{Record, Session};
use crate::syntax::{schemes, set_cookie};

/// Parameters of OAuth whose values two logins of one application share: RFC 6749, OpenID Connect Core.
const PARAMETERS: [&str; 6] = ["client_id", "redirect_uri", "response_type", "scope", "grant_type", "code_challenge_method"];

/// Response fields that decide who may read an answer.
const CORS_FIELDS: [&str; 3] = ["access-control-allow-origin", "access-control-allow-credentials", "access-control-allow-headers"];

/// One difference, before it is known who is to read it.
pub struct Difference {
    what: Says,
    working: Option<u32>,
    failing: Option<u32>,
    works: Says,
    fails: Says,
}

impl Difference {
    /// The same as it is shown.
    pub fn shown(&self, redactor: &mut Redactor) -> Parting {
        Parting {
            what: self.what.shown(redactor),
            working: self.working,
            failing: self.failing,
            works: self.works.shown(redactor),
            fails: self.fails.shown(redactor),
        }
    }
}

/// The differences of a pair that matter.
pub fn of(working: &Session, failing: &Session, pair: &Pair) -> Vec<Difference> {
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
pub fn what(record: &Record) -> Says {
    Says::words(format!("{} ", record.exchange.method)).and(Piece::Path(record.exchange.url.path().to_owned()))
}

fn alone(record: &Record, works: bool) -> Difference {
    let number = Some(record.exchange.number);
    let (makes, lacks) = (Says::words("makes this request"), Says::words("does not make this request"));
    let what = what(record);
    if works {
        Difference { what, working: number, failing: None, works: makes, fails: lacks }
    } else {
        Difference { what, working: None, failing: number, works: lacks, fails: makes }
    }
}

fn both(works: &Record, fails: &Record) -> Vec<Difference> {
    let mut differences = Vec::new();
    let mut part = |one: Says, other: Says| {
        if one != other {
            differences.push(Difference {
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
    if says_of_token(works) && says_of_token(fails) {
        part(claims(works), claims(fails));
    }
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
    differences
}

fn scheme(record: &Record) -> Says {
    Says::words(format!("goes over {}", record.exchange.url.scheme()))
}

/// Whether nobody can tell if it bore an Authorization, or of which scheme.
fn hides_authorization(record: &Record) -> bool {
    let is_hidden = |credentials: &Credentials| credentials.scheme.is_empty() && credentials.fingerprint == Fingerprint::HIDDEN;
    record.facts.credentials.as_ref().map_or(record.exchange.unseen.authorization, is_hidden)
}

fn authorization(record: &Record) -> Says {
    let Some(credentials) = &record.facts.credentials else { return Says::words("bears no Authorization") };
    if credentials.scheme.is_empty() {
        return Says::words("bears an Authorization without a scheme");
    }
    let bears = Says::words("bears Authorization: ");
    match schemes::known(&credentials.scheme) {
        Some(_) => bears.and_words(&*credentials.scheme),
        // What stands before a blank may be a secret with a blank in it.
        None => bears.and(Piece::Field("authorization", credentials.scheme.to_string())),
    }
}

/// The names that only one of the requests bears, of cookies; where a capture leaves them out, nothing.
fn cookies(works: &Record, fails: &Record) -> (Says, Says) {
    let (one, other) = (&works.facts.cookies, &fails.facts.cookies);
    if works.exchange.unseen.cookies || fails.exchange.unseen.cookies {
        return Default::default();
    }
    type Cookies = [(Box<str>, Fingerprint)];
    let only = |mine: &Cookies, yours: &Cookies| -> Vec<Vec<Piece>> {
        let names = mine.iter().map(|(name, _)| name).filter(|name| !yours.iter().any(|(other, _)| other == *name));
        names.map(|name| vec![Piece::Cookie(name.to_string())]).collect()
    };
    let says = |mine: Vec<Vec<Piece>>, yours: Vec<Vec<Piece>>| match (mine.is_empty(), yours.is_empty()) {
        (true, true) => Says::default(),
        (true, false) => Says::words("does not bear ").and_each(yours, ", "),
        (false, _) => Says::words("bears ").and_each(mine, ", "),
    };
    (says(only(one, other), only(other, one)), says(only(other, one), only(one, other)))
}

/// The fields of the program's own that only this request bears.
fn fields_only_in(record: &Record, other: &Record) -> Says {
    let theirs = &other.exchange.request.fields;
    let is_own = |name: &&str| {
        let name = name.to_ascii_lowercase();
        !name.starts_with(':') && !is_browsers(&name) && !is_tracers(&name) && !matches!(&*name, "authorization" | "content-type")
    };
    let names = record.exchange.request.fields.iter().map(|(name, _)| name).filter(|name| is_own(name) && !theirs.has(name));
    // Names that are made of words say nothing of anybody.
    let is_plain = |name: &&str| is_harmless(name) || name.len() <= LONGEST_NAME && !name.contains(|sign: char| sign.is_ascii_digit());
    let (named, others): (Vec<&str>, Vec<&str>) = names.partition(is_plain);
    let bears_named = || {
        let names = named.iter().map(|name| vec![Piece::Name((*name).to_owned())]);
        Says::words(if named.len() > 1 { "bears the fields " } else { "bears the field " }).and_each(names, ", ")
    };
    match (named.is_empty(), others.len()) {
        (true, 0) => Says::words("bears no other field"),
        (true, 1) => Says::words("bears a field of its own"),
        (true, count) => Says::words(format!("bears {count} fields of its own")),
        (false, 0) => bears_named(),
        (false, count) => bears_named().and_words(format!(", and {count} of its own")),
    }
}

/// Characters of a field's name that is made of words, whatever these are.
const LONGEST_NAME: usize = 40;

/// The origin that a request names for its page, by which servers guard what changes something.
fn origin(record: &Record) -> Says {
    match record.exchange.sent("origin").filter(|origin| !origin.is_empty()) {
        Some(origin) => Says::words("comes from ").and(Piece::Field("origin", origin.to_owned())),
        None => Says::words("names no Origin"),
    }
}

fn parameter(record: &Record, name: &'static str) -> Says {
    let parameters = Parameters::of(&record.exchange);
    match parameters.query.get(name).or_else(|| parameters.content.get(name)) {
        Some("") => Says::words(format!("sends an empty {name}")),
        Some(value) => Says::words(format!("sends {name}=")).and(Piece::Parameter(name, value.to_owned())),
        None => Says::words(format!("sends no {name}")),
    }
}

fn csrf(record: &Record) -> Says {
    use crate::facts::tokens::{Carrier, Role};
    let sent = record.facts.tokens.iter().find(|seen| seen.role == Role::Csrf && seen.carrier.is_sent() && seen.carrier != Carrier::Cookie);
    match sent {
        Some(seen) => Says::words("sends ").and(Piece::Name(seen.name.to_string())),
        None => Says::words("sends no token against forged requests"),
    }
}

/// Whether the token by which it is judged can be read, or is seen to be one that cannot.
fn says_of_token(record: &Record) -> bool {
    let is_opaque = |credentials: &Credentials| credentials.fingerprint != Fingerprint::HIDDEN;
    record.facts.token().is_some() || record.facts.credentials.as_ref().is_some_and(is_opaque)
}

/// What the claims of the token say by which it is judged, as far as two logins share it.
fn claims(record: &Record) -> Says {
    let Some(claims) = record.facts.token().and_then(|token| token.claims()) else {
        return Says::words("bears no token that can be read");
    };
    let now = record.facts.date.unwrap_or(record.exchange.started);
    let is_over = claims.exp.is_some_and(|end| crate::time::Time::from_seconds(end) <= now);
    let mut says = Says::words(if is_over { "bears an expired token" } else { "bears a token" });
    if let Some(issuer) = &claims.iss {
        says = says.and_words(" of ").and(Piece::Parameter("iss", issuer.to_string()));
    }
    if !claims.aud.is_empty() {
        let audiences = claims.aud.iter().map(|audience| vec![Piece::Parameter("aud", audience.to_string())]);
        says = says.and_words(" for ").and_each(audiences, " ");
    }
    if !claims.scope.is_empty() {
        says = says.and_words(" with scope ").and(Piece::Parameter("scope", claims.scope.join(" ")));
    }
    says
}

fn status(record: &Record) -> Says {
    Says::words(match record.exchange.status() {
        0 => format!("gets no answer ({})", record.exchange.error.as_deref().filter(|error| !error.is_empty()).unwrap_or("no error named")),
        status => format!("is answered by {status}"),
    })
}

fn location(record: &Record) -> Says {
    match record.exchange.redirect_target() {
        Some(target) => {
            let place = format!("{}://{}{}", target.scheme(), target.host_str().unwrap_or_default(), target.path());
            Says::words("is sent to ").and(Piece::Field("location", place))
        }
        None => Says::words("is sent nowhere"),
    }
}

/// The cookies that only one answer sets, or sets with other attributes: names and attributes, no values.
fn set_cookies(works: &Record, fails: &Record) -> (Says, Says) {
    if works.exchange.unseen.set_cookies || fails.exchange.unseen.set_cookies {
        return Default::default();
    }
    let (one, other) = (lines(works), lines(fails));
    let only = |mine: &[Vec<Piece>], yours: &[Vec<Piece>]| {
        let lines: Vec<_> = mine.iter().filter(|line| !yours.contains(line)).cloned().collect();
        if lines.is_empty() { Says::words("sets no other cookie") } else { Says::words("sets ").and_each(lines, " and ") }
    };
    (only(&one, &other), only(&other, &one))
}

fn lines(record: &Record) -> Vec<Vec<Piece>> {
    let fields = record.exchange.response.iter().flat_map(|response| response.fields.all("set-cookie"));
    fields
        .map(|line| {
            let cookie = set_cookie::parse(line).value;
            let attribute = |attribute: Option<set_cookie::Attribute<'_>>, name: &str| {
                attribute.map(|one| format!("; {name}={}", one.value)).unwrap_or_default()
            };
            let flag = |is_set: bool, name: &str| if is_set { format!("; {name}") } else { String::new() };
            let attributes = [
                attribute(cookie.domain, "Domain"),
                attribute(cookie.path, "Path"),
                flag(cookie.secure.is_some(), "Secure"),
                flag(cookie.http_only.is_some(), "HttpOnly"),
                attribute(cookie.same_site.map(|(one, _)| one), "SameSite"),
                flag(cookie.partitioned.is_some(), "Partitioned"),
                flag(cookie.value.is_empty(), "deleted"),
            ];
            vec![Piece::Cookie(cookie.name.to_owned()), Piece::Field("set-cookie", attributes.concat())]
        })
        .collect()
}

fn challenges(record: &Record) -> Says {
    let asked = record.facts.challenges.iter().map(|challenge| {
        if challenge.scheme.is_empty() {
            return vec![Piece::Words("something without a scheme".to_owned())];
        }
        let error = challenge.param("error").map(|error| format!(" {error}")).unwrap_or_default();
        vec![Piece::Field("www-authenticate", format!("{}{error}", challenge.scheme))]
    });
    if record.facts.challenges.is_empty() {
        Says::words("is asked for nothing")
    } else {
        Says::words("is asked for ").and_each(asked, ", ")
    }
}

fn received(record: &Record, name: &'static str) -> Says {
    match record.exchange.received(name) {
        Some("") => Says::words(format!("gets an empty {name}")),
        Some(value) => Says::words(format!("gets {name}: ")).and(Piece::Field(name, value.to_owned())),
        None => Says::words(format!("gets no {name}")),
    }
}
