//! What one answer shows, by itself, of how a login stands: read once, when the exchange is taken in.

use super::Record;
use super::forms::Leads;
use crate::exchange::{Exchange, Kind};
use crate::facts::messages::{Message, MessageKind};
use crate::facts::randomness::is_secret;
use crate::facts::saml::{Saml, What};
use crate::facts::statements::{Claim, Subject, claim};
use crate::facts::tokens::{Role, guards_forms};
use crate::facts::{Facts, Fingerprint, Purpose, brings_ticket, is_password_url};
use crate::syntax::saml::kind;
use url::Url;

/// How HTML writes the input for a password.
const PASSWORD_INPUTS: [&[u8]; 3] = [b"type=\"password\"", b"type='password'", b"type=password"];

/// Response fields by which firewalls and bot checks mark their own answers, in lower case. From
/// the documentation of Cloudflare and AWS WAF; checked 2026-11-20.
const INTERCEPTION_FIELDS: [&str; 2] = ["cf-mitigated", "x-amzn-waf-action"];

/// Words of the names of fields in which firewalls say what they did, and what they say. The documentation of APISIX, AWS WAF,
/// BunkerWeb, Coraza and open-appsec; checked 2026-11-30.
const FIREWALLS: [&str; 4] = ["firewall", "modsecurity", "waf", "appsec"];
const BLOCKING: [&str; 7] = ["block", "blocked", "denied", "deny", "drop", "reject", "rejected"];

/// Bytes of an answer in which a refusal names its check.
const FORGERY_PREFIX: usize = 4096;

/// Bytes of an answer that is a word to a script rather than content.
const WORD: usize = 24;

/// RFC 6749 4.1.1: what every authorization request has.
fn is_authorization_request(query: &str) -> bool {
    let parameters = crate::syntax::form::urlencoded(query).value;
    parameters.has("client_id") && parameters.has("response_type")
}

/// The marks of one record.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Marks {
    accepted: bool,
    redirects_to_sign_in: bool,
    asks_script_to_sign_in: bool,
    shows_sign_in_form: bool,
    checks_for_humans: bool,
    answers_without_login: bool,
    names_client_certificate: bool,
    names_forgery: bool,
}

impl Marks {
    /// `leads` says what the redirect led to.
    pub fn of(exchange: &Exchange, facts: &Facts, target: Option<&Url>, leads: Option<Leads>) -> Self {
        let text = exchange.response_text().as_bytes();
        let prefix = text.get(..FORGERY_PREFIX).unwrap_or(text);
        let redirects_to_sign_in =
            leads == Some(Leads::ToForm) || target.is_some_and(|target| leads_to_sign_in(target, exchange, facts, leads));
        let answers_without_login = answers_without_login(exchange, facts);
        // A page that hands somebody on has let them through, whatever it is called.
        let hands_on = !facts.messages.is_empty() || !facts.saml.is_empty();
        let checks_for_humans = exchange.kind == Kind::Document && !hands_on && title_checks_for_humans(exchange.response_text());
        let shows_sign_in_form = PASSWORD_INPUTS.iter().any(|input| memchr::memmem::find(text, input).is_some());
        Self {
            accepted: match exchange.status() {
                200..=299 => {
                    let asks_on = facts.purpose == Purpose::SignIn && shows_sign_in_form || answers_without_login;
                    !(asks_on || checks_for_humans || facts.outcome.is_error)
                }
                304 => true,
                300..=399 => !redirects_to_sign_in,
                _ => false,
            },
            redirects_to_sign_in,
            asks_script_to_sign_in: exchange.kind.is_by_script()
                && facts.purpose == Purpose::Api
                && (redirects_to_sign_in || target.is_some_and(|target| is_authorization_request(target.query().unwrap_or_default()))),
            shows_sign_in_form,
            checks_for_humans,
            answers_without_login,
            names_client_certificate: exchange.status() == 400 && memchr::memmem::find(prefix, b"SSL certificate").is_some(),
            names_forgery: names_forgery(prefix, exchange, facts),
        }
    }
}

fn leads_to_sign_in(target: &Url, exchange: &Exchange, facts: &Facts, leads: Option<Leads>) -> bool {
    let is_same_page = target.path() == exchange.url.path();
    // Where a provider's answer is handed over nobody is asked for a password, whatever the place is called.
    let hands_over = |message: &Message| message.kind == MessageKind::AuthorizationResponse && message.param("error").is_none();
    if brings_ticket(target) || facts.messages.iter().any(|message| !message.carrier.is_sent() && hands_over(message)) {
        return false;
    }
    if facts.purpose == Purpose::SignIn {
        // Who has typed a password is sent on to the provider's own next step, or asked once more.
        // Where cookies are hidden, nobody sees whether one was handed out on the way.
        // A step below the page that asks for no password is the next one.
        let below = target.path().strip_prefix(exchange.url.path()).is_some_and(|rest| rest.len() > 1 && rest.starts_with('/'));
        let is_next = below && leads == Some(Leads::Elsewhere) || leads == Some(Leads::Through);
        return if is_same_page { leads.is_none() && !exchange.unseen.cookies } else { is_password_url(target) && !is_next };
    }
    is_password_url(target) && !is_same_page || asks_provider(facts)
}

/// Whether a login succeeds by its status and brings nothing that could carry it: it names by a code what is still
/// missing, a second factor, another password, or is a mere word to a script that bore nothing either.
fn answers_without_login(exchange: &Exchange, facts: &Facts) -> bool {
    let names_obstacle = || {
        let mut statements = facts.statements.iter();
        statements.any(|statement| statement.voice.is_for_programs() && matches!(claim(statement.pair), Claim::Cause(_)))
    };
    let brings_token = || facts.tokens.iter().any(|seen| !seen.carrier.is_sent() && seen.role != Role::Csrf);
    let is_success = facts.purpose == Purpose::SignIn && (200..=299).contains(&exchange.status());
    let text = exchange.response_text().trim();
    let is_a_word = || {
        let is_short = (1..=WORD).contains(&text.len()) && text.contains(char::is_alphabetic);
        is_short && !text.starts_with(['{', '[', '<', '"']) && !is_secret(text)
    };
    let has_no_carrier = exchange.kind != Kind::Document && facts.cookies.is_empty() && !exchange.unseen.cookies;
    let is_no_renewal = facts.purpose == Purpose::Refresh
        && (200..=299).contains(&exchange.status())
        && facts.statements.iter().any(|statement| statement.pair.subject == Subject::RefreshToken);
    let names_why = is_success && (names_obstacle() || has_no_carrier && is_a_word()) || is_no_renewal;
    facts.set_cookies.is_empty() && names_why && !brings_token()
}

/// Whether an answer sends the browser to an identity provider with a request of a protocol.
fn asks_provider(facts: &Facts) -> bool {
    let is_request = |saml: &Saml| !saml.carrier.is_sent() && matches!(saml.what, What::Saml(kind::Kind::AuthnRequest));
    facts.messages.iter().any(|message| message.kind.is_request() && !message.carrier.is_sent()) || facts.saml.iter().any(is_request)
}

/// What pages that find out whether a person asks are called: Anubis, Cloudflare, DDoS-Guard, Sucuri, PerimeterX, go-away;
/// checked 2026-11-29.
const HUMAN_CHECKS: [&str; 7] =
    ["not a bot", "not a robot", "are human", "are a human", "checking your browser", "just a moment", "attention required"];

fn title_checks_for_humans(html: &str) -> bool {
    let head = crate::limits::beginning(html, TITLE);
    let Some(from) = memchr::memmem::find(head.as_bytes(), b"<title>") else { return false };
    let title = head.get(from + "<title>".len()..).and_then(|rest| rest.split('<').next()).unwrap_or_default();
    let title = title.replace("&#39;", "'").to_ascii_lowercase();
    HUMAN_CHECKS.iter().any(|check| title.contains(check))
}

/// Bytes of a page in which its title stands.
const TITLE: usize = 4096;

fn names_forgery(prefix: &[u8], exchange: &Exchange, facts: &Facts) -> bool {
    let brings_token = || facts.tokens.iter().any(|seen| seen.role == Role::Csrf && !seen.carrier.is_sent());
    &*exchange.method != "GET" && std::str::from_utf8(&prefix.to_ascii_lowercase()).is_ok_and(guards_forms) && !brings_token()
}

impl Record {
    /// Whether the server let this request through: a success, or a redirect elsewhere than to a
    /// page where people log in.
    #[must_use]
    pub const fn was_accepted(&self) -> bool {
        self.marks.accepted
    }

    /// Whether the response sends the browser to a page where people log in.
    #[must_use]
    pub const fn redirects_to_sign_in(&self) -> bool {
        self.marks.redirects_to_sign_in
    }

    /// Whether the response sends a script, which can fill in no form, to a page where people log in.
    #[must_use]
    pub const fn asks_script_to_sign_in(&self) -> bool {
        self.marks.asks_script_to_sign_in
    }

    /// Whether the response is a page that asks for a password.
    #[must_use]
    pub const fn shows_sign_in_form(&self) -> bool {
        self.marks.shows_sign_in_form
    }

    /// Whether a login that succeeds by its status brings none, and says what is still missing.
    #[must_use]
    pub const fn answers_without_login(&self) -> bool {
        self.marks.answers_without_login
    }

    /// Whether the answer is a page that finds out whether a person asks, by its title.
    #[must_use]
    pub const fn checks_for_humans(&self) -> bool {
        self.marks.checks_for_humans
    }

    /// Whether a firewall or a bot check marks the answer as its own.
    #[must_use]
    pub fn was_intercepted(&self) -> bool {
        INTERCEPTION_FIELDS.iter().any(|name| self.exchange.received(name).is_some()) || self.blocked_by().is_some()
    }

    /// The field in which a firewall, whatever its name, says that it blocked the request.
    #[must_use]
    pub fn blocked_by(&self) -> Option<&str> {
        // What it is set to do says nothing of what it did.
        let is_setting = |name: &str| name.split('-').any(|part| matches!(part, "mode" | "policy" | "default"));
        let is_of_firewall = |name: &str| name.split('-').any(|part| FIREWALLS.contains(&part)) && !is_setting(name);
        let blocks = |value: &str| BLOCKING.iter().any(|word| value.trim().eq_ignore_ascii_case(word));
        let fields = &self.exchange.response.as_ref()?.fields;
        fields.iter().find(|(name, value)| blocks(value) && is_of_firewall(name)).map(|(name, _)| name)
    }

    /// Where an authorization request wants its answer (RFC 6749 3.1.2).
    #[must_use]
    pub fn asks_back(&self) -> Option<Url> {
        let request = self.facts.messages.iter().find(|message| message.kind == MessageKind::AuthorizationRequest)?;
        Url::parse(request.param("redirect_uri")?).ok()
    }

    /// Whether the answer sends the browser to an identity provider with a request of a protocol.
    #[must_use]
    pub fn asks_provider(&self) -> bool {
        asks_provider(&self.facts)
    }

    /// Whether a 400 speaks of a certificate that the client should have shown.
    #[must_use]
    pub const fn names_client_certificate(&self) -> bool {
        self.marks.names_client_certificate
    }

    /// Whether the answer to a change names a check against forged requests, and is no page whose form
    /// brings the token of such a check along.
    #[must_use]
    pub const fn names_forgery(&self) -> bool {
        self.marks.names_forgery
    }

    /// Whether `other` asks for the same with the same credentials.
    #[must_use]
    pub fn bears_the_same_credentials_as(&self, other: &Self) -> bool {
        let mine = self.facts.credentials.as_ref().map(|credentials| credentials.fingerprint);
        let theirs = other.facts.credentials.as_ref().map(|credentials| credentials.fingerprint);
        match (mine, theirs) {
            (Some(mine), Some(theirs)) => mine.is_surely(theirs),
            (None, None) => {
                let is_shared =
                    |(name, value): &(Box<str>, Fingerprint)| other.facts.cookie(name).is_some_and(|theirs| theirs.is_surely(*value));
                self.facts.cookies.iter().any(is_shared)
                    || self.facts.own_secrets().any(|own| other.facts.own_secrets().any(|theirs| theirs.is_surely(own)))
            }
            _ => false,
        }
    }

    /// Whether `other` is asked by the same user, as far as both say it: with the same credentials, by Digest with the same name
    /// (each answer to a challenge is another), or with tokens of the same subject, of which one was renewed.
    #[must_use]
    pub fn is_of_the_same_user_as(&self, other: &Self) -> bool {
        self.bears_the_same_credentials_as(other) || self.named_user().is_some_and(|user| Some(user) == other.named_user())
    }

    fn named_user(&self) -> Option<[String; 2]> {
        let credentials = self.facts.credentials.as_ref()?;
        if credentials.is("digest") {
            let sent = self.sent_credentials()?;
            return Some([sent.param("realm")?.to_owned(), sent.param("username")?.to_owned()]);
        }
        let claims = self.facts.judged_by()?.token.claims()?;
        Some([claims.iss.clone()?, claims.sub.clone()?])
    }
}
