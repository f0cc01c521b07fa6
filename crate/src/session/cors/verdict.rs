//! What the page got of a script's request to another origin: which preflight asked for leave, and
//! whether the answer may be read.

use url::Url;

use super::{CorsError, CredentialsMode, Preflighted, Refusal, check, preflight, unsafe_names};
use crate::exchange::{CrossOrigin, Exchange, Kind};
use crate::facts::Fingerprint;
use crate::session::lists::{Lists, key};
use crate::session::replay::Difference;
use crate::session::{Record, Session};
use crate::site::{is_same_origin, origin_of};
use crate::syntax::cors::AccessControl;
use crate::syntax::list;
use crate::syntax::redaction::is_mark;

/// Request fields that browsers set themselves and that no script's preflight asks about: Fetch,
/// forbidden request-header, and what browsers add on their own. Lower case; read 2026-11-21.
const BROWSER_FIELDS: [&str; 27] = [
    "accept-charset",
    "accept-encoding",
    "access-control-request-headers",
    "access-control-request-method",
    "alt-used",
    "cache-control",
    "connection",
    "content-length",
    "cookie",
    "cookie2",
    "date",
    "dnt",
    "expect",
    "host",
    "if-modified-since",
    "if-none-match",
    "keep-alive",
    "origin",
    "pragma",
    "priority",
    "referer",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "user-agent",
    "via",
];

/// Milliseconds between a preflight and the request that it is for. Chrome reports a request that
/// was never made before its preflight.
const TOGETHER: i64 = 10_000;

/// Chrome's name for a request that it made fail itself: net_error_list.h; checked 2026-11-21.
const BLOCKED: &str = "net::ERR_FAILED";

pub(in crate::session) fn take(lists: &mut Lists, records: &[Record], at: usize) {
    if let Some(exchange) = records.get(at).map(|record| &record.exchange)
        && is_preflight(exchange)
    {
        lists.insert(asked_at(exchange), at, records);
    }
}

/// The preflights of one origin and path.
fn asked_at(exchange: &Exchange) -> Fingerprint {
    let address = Fingerprint::of(&origin_of(&exchange.url)).and(exchange.url.path().as_bytes());
    key("preflights", address)
}

/// How one request across origins went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The page's origin, as the `Origin` field has it: `null` where a redirect took it away.
    pub origin: Box<str>,
    /// What the script asked for; `None` where the capture does not tell.
    pub credentials: Option<CredentialsMode>,
    /// What became of the question before the request.
    pub asked: Asked,
    /// What the page got.
    pub outcome: Outcome,
    /// What the rules, as known here, say of the question before the request, where the browser itself said otherwise.
    pub by_rules: Option<ByRules>,
}

/// What the rules say of the question before a request: what became of it, and everything that it refuses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ByRules {
    /// What became of it.
    pub asked: Asked,
    /// Everything that it refuses.
    pub refusals: Vec<Refusal>,
}

impl Verdict {
    /// In what the browser itself said otherwise than its rules.
    #[must_use]
    pub fn disagreement(&self) -> Option<String> {
        let rules = self.by_rules.as_ref()?;
        let names: Vec<&str> = rules.refusals.iter().map(|refusal| refusal.error.name()).collect();
        let says = match &self.outcome {
            Outcome::NotSent(refusals) => {
                let error = refusals.first().map_or("", |refusal| refusal.error.name());
                format!("The browser says that it did not make the request ({error})")
            }
            _ => "The browser says that it need not ask before the request, or did".to_owned(),
        };
        Some(match names.as_slice() {
            [] => format!("{says}; by its rules as known here nothing speaks against it."),
            names => format!("{says}; its rules as known here have against it: {}.", names.join(", ")),
        })
    }
}

/// The question whether the request may be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// None is needed.
    NotNeeded,
    /// This exchange.
    At(usize),
    /// One is needed and is not in the capture: it was answered before, or the browser hides it.
    Unseen,
}

/// What a page got.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The response.
    Readable,
    /// A network error, although the server answered: for this reason.
    Hidden(CorsError),
    /// A network error, with everything that the preflight refuses: the request was never made.
    NotSent(Vec<Refusal>),
    /// Either, by what the script asked for: the reason against each, if there is one.
    Depends {
        /// With `credentials: "include"`.
        with_credentials: Option<CorsError>,
        /// Without.
        without: Option<CorsError>,
    },
    /// A network error, since no response came.
    Unanswered,
}

/// Milliseconds after a preflight in which a request of its address shows that it was no use to forbid it.
const LATER: i64 = 60_000;

impl Session {
    /// What the page got of this exchange; `None` where it is no script's request across origins. A
    /// preflight stands for its request where the capture has none: Firefox does not report what was
    /// never made.
    #[must_use]
    pub fn cors(&self, at: usize) -> Option<Verdict> {
        let record = self.record(at)?;
        let response = record.exchange.response.as_ref().map(|response| AccessControl::of(&response.fields));
        self.cors_if(at, response.as_ref())
    }

    /// The same, had the response these fields.
    #[must_use]
    pub fn cors_if(&self, at: usize, response: Option<&AccessControl<'_>>) -> Option<Verdict> {
        let record = self.record(at)?;
        let exchange = &record.exchange;
        let origin = self.requesting_origin(at, record)?;
        let mut credentials = credentials_mode(record).or_else(|| credentials_said(exchange));
        let (asked, mut refusals) = self.preflight_of(at, exchange, &origin, credentials);
        // The browser's own network error, where nothing speaks against the request without credentials.
        let was_blocked = exchange.error.as_deref() == Some(BLOCKED) || is_preflight(exchange);
        // What was answered was made, so that no preflight stood in its way.
        let was_made = exchange.status() != 0 && !is_preflight(exchange);
        if was_blocked && !was_made && refusals.is_empty() && credentials.is_none() {
            (_, refusals) = self.preflight_of(at, exchange, &origin, Some(CredentialsMode::Include));
            credentials = (!refusals.is_empty()).then_some(CredentialsMode::Include);
        }
        let (asked, refusals, by_rules) = settled(exchange, asked, refusals);
        let outcome = match response {
            _ if !refusals.is_empty() => Outcome::NotSent(refusals),
            None => Outcome::Unanswered,
            Some(response) => {
                let against = |mode| check(&origin, mode, response).err();
                let (with, without) = (against(CredentialsMode::Include), against(CredentialsMode::SameOrigin));
                match (credentials, with, without) {
                    (Some(CredentialsMode::Include), Some(error), _) | (Some(_), _, Some(error)) => Outcome::Hidden(error),
                    (Some(_), ..) | (None, None, None) => Outcome::Readable,
                    (None, Some(with), Some(without)) if with == without => Outcome::Hidden(with),
                    (None, Some(with), None) if was_blocked => Outcome::Hidden(with),
                    (None, with_credentials, without) => Outcome::Depends { with_credentials, without },
                }
            }
        };
        Some(Verdict { origin, credentials, asked, outcome, by_rules })
    }

    /// The origin in whose name a script asks another one.
    fn requesting_origin(&self, at: usize, record: &Record) -> Option<Box<str>> {
        let exchange = &record.exchange;
        let by_script = match exchange.sent("sec-fetch-mode") {
            Some(mode) => mode == "cors",
            None => exchange.kind.is_by_script(),
        };
        if is_preflight(exchange) {
            return exchange.sent("origin").filter(|origin| !is_mark(origin) && !self.is_followed(at, exchange)).map(Into::into);
        }
        if !by_script || !matches!(exchange.url.scheme(), "http" | "https") {
            return None;
        }
        if let Some(origin) = exchange.sent("origin").filter(|origin| !is_mark(origin)) {
            return (origin != origin_of(&exchange.url)).then(|| origin.into());
        }
        // A GET within its own origin has no Origin field, and some captures leave the field out.
        let page = record.page()?.origin();
        let is_tainted = self.redirected_from(at).and_then(|from| self.redirect_step(from)).is_some_and(|step| step.taints_origin);
        let is_foreign = page.is_tuple() && page != exchange.url.origin() && exchange.sent("sec-fetch-site") != Some("same-origin");
        is_foreign.then(|| if is_tainted { "null".into() } else { page.ascii_serialization().into() })
    }

    /// The preflight of a request, and everything that it refuses.
    fn preflight_of(&self, at: usize, exchange: &Exchange, origin: &str, credentials: Option<CredentialsMode>) -> (Asked, Vec<Refusal>) {
        let own = Some((at, exchange)).filter(|_| is_preflight(exchange));
        let Some((at, question)) = own.or_else(|| self.preflight_for(exchange)) else {
            let own = exchange.request.fields.iter().filter(|(name, _)| !is_browsers(name));
            let needs = !matches!(&*exchange.method, "GET" | "HEAD" | "POST") || !unsafe_names(own).is_empty();
            return (if needs { Asked::Unseen } else { Asked::NotNeeded }, Vec::new());
        };
        let names = question.sent("access-control-request-headers").map(|value| list::tokens(value).value).unwrap_or_default();
        let request = Preflighted {
            origin,
            // Where the mode is unknown, only what is refused in either is a refusal.
            credentials: credentials.unwrap_or(CredentialsMode::SameOrigin),
            method: question.sent("access-control-request-method").unwrap_or(&exchange.method),
            unsafe_names: &names,
            // Browsers are at odds with Fetch about it: what was made was allowed, and where nothing
            // was made it is the reason.
            star_covers_authorization: exchange.response.is_some() && !is_preflight(exchange),
        };
        let refusals = question.response.as_ref().map(|response| preflight(request, response.status, &AccessControl::of(&response.fields)));
        (Asked::At(at), refusals.unwrap_or_default())
    }

    /// Whether the capture has the request that a preflight was for.
    fn is_followed(&self, at: usize, question: &Exchange) -> bool {
        let is_request = |other: &Exchange| !is_preflight(other) && same_address(&other.url, &question.url);
        let Some(record) = self.record(at) else { return false };
        let near = self.of_origin(&record.origin).since(question.started.plus(-TOGETHER)).until(question.started.plus(LATER));
        near.filter(|(other, _)| *other != at).any(|(_, other)| is_request(&other.exchange))
    }

    fn preflight_for(&self, exchange: &Exchange) -> Option<(usize, &Exchange)> {
        let near = self.list(asked_at(exchange)).since(exchange.started.plus(-TOGETHER)).until(exchange.started.plus(TOGETHER));
        let asks = |question: &Exchange| {
            same_address(&question.url, &exchange.url)
                && question.sent("access-control-request-method").is_none_or(|method| method == &*exchange.method)
        };
        near.map(|(at, record)| (at, &record.exchange))
            .filter(|(_, question)| asks(question))
            .min_by_key(|(_, question)| question.started.since(exchange.started).abs())
    }
}

/// What counts of the question before a request: what the browser itself said of it, where it said something.
fn settled(exchange: &Exchange, asked: Asked, mut refusals: Vec<Refusal>) -> (Asked, Vec<Refusal>, Option<ByRules>) {
    let word = exchange.said.as_ref().and_then(|said| said.cors.as_ref());
    let other = |asked, refusals| Some(ByRules { asked, refusals });
    match word {
        Some(CrossOrigin::NoPreflight) => {
            let is_other = !refusals.is_empty();
            (Asked::NotNeeded, Vec::new(), other(asked, refusals).filter(|_| is_other))
        }
        Some(CrossOrigin::AnsweredBefore) => {
            let is_other = !refusals.is_empty();
            (Asked::Unseen, Vec::new(), other(asked, refusals).filter(|_| is_other))
        }
        Some(CrossOrigin::Refused { error, subject }) => {
            let Some(error) = CorsError::from_name(error) else { return (asked, refusals, None) };
            let said = Refusal { error, subject: subject.clone() };
            match refusals.iter().position(|refusal| refusal.error == error) {
                // What else the rules have against it would come up once this is repaired.
                Some(at) => {
                    refusals.swap(0, at);
                    (asked, refusals, None)
                }
                None => (asked, vec![said], other(asked, refusals)),
            }
        }
        None => (asked, refusals, None),
    }
}

/// Whether the browser asks whether it may ask: some captures call it a script's own request.
fn is_preflight(exchange: &Exchange) -> bool {
    exchange.kind == Kind::Preflight || &*exchange.method == "OPTIONS" && exchange.request.fields.has("access-control-request-method")
}

/// Whether a browser itself writes a field of that name, in lower case, or a script may change nothing by it.
#[must_use]
pub fn is_browsers(name: &str) -> bool {
    BROWSER_FIELDS.binary_search(&name).is_ok() || name.starts_with("sec-") || name.starts_with("proxy-")
}

fn same_address(one: &Url, other: &Url) -> bool {
    is_same_origin(one, other) && one.path() == other.path() && one.query() == other.query()
}

/// What the request itself shows of its credentials mode. `Authorization` shows nothing: most often
/// a script set it.
fn credentials_mode(record: &Record) -> Option<CredentialsMode> {
    if !record.facts.cookies.is_empty() {
        return Some(CredentialsMode::Include);
    }
    let lacks_one = record.unexplained.iter().any(|cookie| cookie.difference == Difference::Absent);
    (lacks_one && !record.exchange.unseen.cookies).then_some(CredentialsMode::SameOrigin)
}

/// The mode that only fits what the browser itself said: these reasons hang on credentials.
fn credentials_said(exchange: &Exchange) -> Option<CredentialsMode> {
    let Some(CrossOrigin::Refused { error, .. }) = exchange.said.as_ref()?.cors.as_ref() else { return None };
    let error = CorsError::from_name(error)?;
    matches!(error, CorsError::PreflightWildcardOriginNotAllowed | CorsError::PreflightInvalidAllowCredentials)
        .then_some(CredentialsMode::Include)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fields::Fields;
    use crate::session::{Profile, testing};

    fn verdict(notation: &str) -> Option<Verdict> {
        let session = testing::session(notation);
        let last = session.records().iter().rposition(|record| !is_preflight(&record.exchange)).unwrap_or_default();
        session.cors(last)
    }

    fn outcome(request: &str, answer: &str) -> Outcome {
        verdict(&format!("~ kind fetch\n> GET https://api.test/me\n> Origin: https://app.test\n{request}< 200 OK\n{answer}"))
            .unwrap()
            .outcome
    }

    const ALLOWED: &str = "< Access-Control-Allow-Origin: https://app.test\n";

    #[test]
    fn the_fields_decide_what_a_page_may_read() {
        assert_eq!(outcome("", ""), Outcome::Hidden(CorsError::MissingAllowOriginHeader));
        assert_eq!(outcome("> Cookie: sid=1\n", ALLOWED), Outcome::Hidden(CorsError::InvalidAllowCredentials));
        assert_eq!(
            outcome("> Cookie: sid=1\n", "< Access-Control-Allow-Origin: *\n"),
            Outcome::Hidden(CorsError::WildcardOriginNotAllowed)
        );
        assert_eq!(outcome("> Cookie: sid=1\n", &format!("{ALLOWED}< Access-Control-Allow-Credentials: true\n")), Outcome::Readable);
    }

    #[test]
    fn says_what_hangs_on_a_mode_that_nobody_sees() {
        let depends = Outcome::Depends { with_credentials: Some(CorsError::WildcardOriginNotAllowed), without: None };
        assert_eq!(outcome("", "< Access-Control-Allow-Origin: *\n"), depends);
    }

    #[test]
    fn requests_within_the_origin_and_without_a_script_are_none_of_its_business() {
        assert_eq!(verdict("~ kind fetch\n> GET https://app.test/me\n> Origin: https://app.test\n< 401 Unauthorized\n"), None);
        assert_eq!(verdict("~ kind fetch\n> GET https://app.test/me\n> Referer: https://app.test/\n< 200 OK\n"), None);
        assert_eq!(verdict("~ kind image\n> GET https://cdn.test/a.png\n> Referer: https://app.test/\n< 200 OK\n"), None);
        assert_eq!(verdict("~ kind document\n> POST https://app.test/cb\n> Origin: https://id.test\n< 200 OK\n"), None);
    }

    fn asked(question: &str, request: &str) -> Verdict {
        verdict(&format!(
            "~ kind preflight\n> OPTIONS https://api.test/me\n> Origin: https://app.test\n> Access-Control-Request-Method: GET\n> Access-Control-Request-Headers: authorization\n{question}\n~ kind fetch\n> GET https://api.test/me\n> Origin: https://app.test\n> Authorization: Bearer x\n{request}"
        ))
        .unwrap()
    }

    #[test]
    fn a_refused_preflight_is_why_a_request_was_never_made() {
        let refused = asked("< 401 Unauthorized\n", "< ! net::ERR_FAILED\n");
        assert_eq!(refused.asked, Asked::At(0));
        let Outcome::NotSent(refusals) = refused.outcome else { panic!("{refused:?}") };
        assert!(refusals.iter().any(|refusal| refusal.error == CorsError::PreflightInvalidStatus));
        let star =
            asked("< 204 No Content\n< Access-Control-Allow-Origin: *\n< Access-Control-Allow-Headers: *\n", "< ! net::ERR_FAILED\n");
        let Outcome::NotSent(refusals) = star.outcome else { panic!("{star:?}") };
        assert_eq!(&*refusals[0].subject, "authorization");
    }

    #[test]
    fn what_the_browser_says_of_its_question_outranks_the_rules() {
        const REFUSED: &str = "< 204 No Content\n< Access-Control-Allow-Origin: https://other.test\n";
        let said = |question: &str, word: &str, answer: &str| {
            verdict(&format!(
                "~ kind preflight\n> OPTIONS https://api.test/me\n> Origin: https://app.test\n> Access-Control-Request-Method: GET\n> Access-Control-Request-Headers: authorization\n{question}\n~ kind fetch\n~ cors {word}\n> GET https://api.test/me\n> Origin: https://app.test\n> Authorization: Bearer x\n{answer}"
            ))
            .unwrap()
        };
        let first = |verdict: &Verdict| match &verdict.outcome {
            Outcome::NotSent(refusals) => refusals[0].error.name(),
            _ => "",
        };
        let agreed = said(REFUSED, "refused PreflightAllowOriginMismatch", "< ! net::ERR_FAILED\n");
        assert_eq!((first(&agreed), agreed.disagreement()), ("PreflightAllowOriginMismatch", None));
        let other = said(REFUSED, "refused PreflightInvalidStatus", "< ! net::ERR_FAILED\n");
        assert_eq!(first(&other), "PreflightInvalidStatus");
        assert!(other.disagreement().unwrap().contains("PreflightAllowOriginMismatch"));
        let remembered = said(REFUSED, "answered-before", "< 200 OK\n< Access-Control-Allow-Origin: https://app.test\n");
        assert_eq!(remembered.asked, Asked::Unseen);
        assert!(first(&remembered).is_empty() && remembered.disagreement().is_some());
    }

    #[test]
    fn an_allowed_request_is_judged_by_its_own_answer() {
        let question = "< 204 No Content\n< Access-Control-Allow-Origin: https://app.test\n< Access-Control-Allow-Headers: authorization\n";
        assert_eq!(asked(question, "< 401 Unauthorized\n").outcome, Outcome::Hidden(CorsError::MissingAllowOriginHeader));
        let reset = asked(question, "< ! net::ERR_CONNECTION_RESET\n");
        assert_eq!(reset.outcome, Outcome::Unanswered);
    }

    #[test]
    fn a_preflight_that_was_not_captured_is_said_to_be_missing() {
        let text = "~ kind fetch\n> PUT https://api.test/me\n> Origin: https://app.test\n< 200 OK\n< Access-Control-Allow-Origin: https://app.test\n";
        assert_eq!(verdict(text).unwrap().asked, Asked::Unseen);
        assert_eq!(verdict(&text.replace("PUT", "POST")).unwrap().asked, Asked::NotNeeded);
        assert_eq!(verdict(&text.replace("PUT", "GET").replace("> Origin", "> X-Trace: 1\n> Origin")).unwrap().asked, Asked::Unseen);
    }

    #[test]
    fn a_redirect_to_a_third_origin_takes_the_name_away() {
        let text = "~ kind fetch\n> GET https://api.test/me\n> Origin: https://app.test\n< 302 Found\n< Location: https://id.test/login\n< Access-Control-Allow-Origin: *\n\n~ kind fetch\n> GET https://id.test/login\n> Referer: https://app.test/\n< 200 OK\n";
        assert_eq!(&*verdict(text).unwrap().origin, "null");
    }

    #[test]
    fn what_the_browser_blocked_although_all_is_allowed_was_made_with_credentials() {
        let question = "< 204 No Content\n< Access-Control-Allow-Origin: https://app.test\n< Access-Control-Allow-Headers: authorization\n";
        let blocked = asked(question, "< ! net::ERR_FAILED\n");
        let Outcome::NotSent(refusals) = &blocked.outcome else { panic!("{blocked:?}") };
        assert_eq!((refusals[0].error, blocked.credentials), (CorsError::PreflightInvalidAllowCredentials, Some(CredentialsMode::Include)));
        assert_eq!(asked(question, "< ! net::ERR_CONNECTION_RESET\n").outcome, Outcome::Unanswered);
    }

    #[test]
    fn a_preflight_stands_for_the_request_that_nobody_reports() {
        let question = "~ kind preflight\n> OPTIONS https://api.test/me\n> Origin: https://app.test\n> Access-Control-Request-Method: GET\n> Access-Control-Request-Headers: authorization\n< 204 No Content\n< Access-Control-Allow-Origin: https://app.test\n";
        let mut session = Session::new(Profile::firefox());
        session.push(crate::capture::notation::parse(question).unwrap().remove(0));
        let outcome = session.cors(0).unwrap().outcome;
        let Outcome::NotSent(refusals) = outcome else { panic!("{outcome:?}") };
        assert_eq!(&*refusals[0].subject, "authorization");
        let diagnosis = session.diagnose(crate::diagnosis::Input::default(), &mut crate::redact::Redactor::default());
        assert!(diagnosis.failures[0].what.starts_with("GET /me "), "{}", diagnosis.failures[0].what);
        session
            .push(crate::capture::notation::parse("> GET https://api.test/me\n> Origin: https://app.test\n< 200 OK\n").unwrap().remove(0));
        assert_eq!(session.cors(0), None);
    }

    #[test]
    fn another_response_would_let_the_page_read_it() {
        let session =
            testing::session("~ kind fetch\n> GET https://api.test/me\n> Origin: https://app.test\n> Cookie: sid=1\n< 401 Unauthorized\n");
        let fields: Fields =
            [("access-control-allow-origin", "https://app.test"), ("access-control-allow-credentials", "true")].into_iter().collect();
        assert_eq!(session.cors_if(0, Some(&AccessControl::of(&fields))).unwrap().outcome, Outcome::Readable);
    }

    #[test]
    fn the_browsers_own_fields_are_sorted_for_the_search() {
        assert!(BROWSER_FIELDS.is_sorted());
    }
}
