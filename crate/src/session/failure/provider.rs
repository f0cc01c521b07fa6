//! What an identity provider refuses: it answers by a redirect, or on a page of its own, or gives a script no address at which to begin.

use url::Url;

use crate::exchange::Kind;
use crate::facts::messages::{Message, MessageKind};
use crate::facts::parameters::Parameters;
use crate::facts::saml::{Saml, What};
use crate::facts::statements::{Claim, Statement, Subject, Voice, claim};
use crate::facts::tokens::Carrier;
use crate::facts::{Fingerprint, Purpose};
use crate::limits;
use crate::session::cookie_store::Outcome;
use crate::session::{Carries, Record, Session};
use crate::syntax::Rule;
use crate::syntax::json;
use crate::syntax::saml::{check, kind};

/// By which of its rules a message is for somebody else, whatever the clocks say.
const ANOTHERS: [&Rule; 4] = [&check::AUDIENCE, &check::RECIPIENT, &check::IN_RESPONSE_TO, &check::CONFIRMATION_IN_RESPONSE_TO];

/// Answers of a service after a login among which somebody who is known is served.
const SERVED: usize = 32;

/// Members for the address at which a login begins, without what joins their words: what else an answer has addresses for,
/// pictures and receipts, leads nobody to a login.
const BEGINNINGS: [&str; 9] =
    ["authorizationurl", "authorizeurl", "authurl", "loginurl", "redirectto", "redirecturl", "signinurl", "ssourl", "url"];

/// Whether an answer has a member for the address at which a login begins, itself or in an object within it, and nothing in any of them.
fn gives_no_address(answer: &str) -> bool {
    let plain = |name: &str| name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    let is_address = |name: &str| BEGINNINGS.contains(&&*plain(name));
    let (mut addresses, mut empty, mut within) = (0, 0, Vec::new());
    let mut count = |name: &str, value: &str| {
        addresses += usize::from(is_address(name));
        empty += usize::from(is_address(name) && matches!(value, "\"\"" | "null"));
    };
    let read = json::each_member(answer, &mut |name, value| {
        count(name, value);
        if value.starts_with('{') {
            within.push(value);
        }
    });
    let all = within.into_iter().all(|value| json::each_member(value, &mut |name, value| count(name, value)).is_ok());
    read.is_ok() && all && addresses > 0 && addresses == empty
}

impl Session {
    /// Whether the provider's answer is for another service or another login, brings its bearer nothing, and nobody is known
    /// afterwards: some services lead such people to a page that says nothing, or goodbye.
    pub(super) fn is_received_in_vain(&self, at: usize, record: &Record) -> bool {
        let is_answer = |saml: &&Saml| saml.carrier.is_sent() && saml.what == What::Saml(kind::Kind::Response) && !saml.is_refusal();
        if record.facts.purpose != Purpose::Callback || record.exchange.unseen.set_cookies || record.secrets_set().next().is_some() {
            return false;
        }
        let Some(answer) = record.facts.saml.iter().find(is_answer) else { return false };
        let is_named = |request: &Saml| request.id.is_some() && request.id == answer.in_response_to;
        if !self.saml_request_for(at, answer).is_some_and(|(_, request)| is_named(request)) {
            return false;
        }
        let landing = self.redirect_chain(at);
        // Who is led to what they had asked for got it, and a later hop may bring the session.
        let is_wanted = |other: &Record| {
            let mut before = self.of_request(&other.exchange).back_from(at).at_most(SERVED, 0);
            other.secrets_set().next().is_some() || before.next().is_some()
        };
        if landing.iter().filter(|other| **other != at).filter_map(|other| self.record(*other)).any(is_wanted) {
            return false;
        }
        let is_served = |other: &Record| matches!(other.facts.purpose, Purpose::Page | Purpose::Api) && other.was_accepted();
        let mut later = self.of_origin(&record.origin).on_from(at).at_most(0, SERVED);
        !later.any(|(other, served)| is_served(served) && !landing.contains(&other))
            && self.saml_check(at, answer, None).is_some_and(|checked| checked.breaks(&ANOTHERS))
    }

    /// Whether a script asks where a login begins that is to come back to its own page, and is given no address: nobody gets anywhere
    /// from there.
    #[must_use]
    pub fn is_sent_nowhere(&self, at: usize, record: &Record) -> bool {
        let exchange = &record.exchange;
        let asks = record.facts.purpose == Purpose::Api && exchange.kind.is_by_script() && &*exchange.method == "POST";
        let answer = exchange.response_text();
        if !asks || exchange.status() != 200 || answer.len() > limits::STATEMENT_TEXT || !answer.trim_start().starts_with('{') {
            return false;
        }
        // Who brings what a provider gave begins nothing, and who is let in has begun.
        let content = Parameters::of(exchange).content;
        let brings = ["access_token", "code", "credential", "id_token", "token"].iter().any(|name| content.has(name));
        if brings || !record.facts.set_cookies.is_empty() || record.facts.hands_out_access() {
            return false;
        }
        let back = content.get("redirect_uri").and_then(|uri| Url::parse(uri).ok());
        if back.is_none_or(|back| back.origin() != exchange.url.origin() && record.page().is_none_or(|page| page.origin() != back.origin()))
        {
            return false;
        }
        let leaves = |later: &Record| later.exchange.kind == Kind::Document && later.origin != record.origin;
        let is_served = |later: &Record| later.facts.purpose == Purpose::Api && later.was_accepted() && self.bears_carrier(later);
        let mut later = self.in_order().on_from(at).at_most(0, SERVED);
        gives_no_address(answer) && !later.any(|(_, later)| leaves(later) || is_served(later))
    }

    /// Whether the identity provider said no: in its answer at the callback, in a fragment that only the
    /// browser sees, by a status of SAML, or on an error page of its own.
    pub(super) fn provider_refused(&self, at: usize, record: &Record) -> bool {
        let facts = &record.facts;
        let status = record.exchange.status();
        if let Some(message) = facts.messages.iter().find(|message| is_error_answer(message)) {
            let is_for_script = message.carrier == Carrier::ResponseJson && facts.purpose == Purpose::Authorize;
            let is_shown = message.carrier.is_sent() || message.carrier == Carrier::LocationFragment || is_for_script;
            let is_silent = message.param("error").is_some_and(|error| SILENT_CODES.contains(&error));
            return is_shown && (!is_silent || self.was_logged_in_before(at, record));
        }
        let saml_failed =
            |saml: &Saml| saml.carrier.is_sent() && saml.is_refusal() && matches!(saml.what, What::Saml(kind::Kind::Response));
        // A page may well be about errors: only where no session begins does its address tell.
        let begins_session = || {
            let is_stored = |outcome: &Outcome| matches!(outcome, Outcome::Kept | Outcome::Replaced);
            record.receptions.iter().any(|reception| is_stored(&reception.outcome) && self.carries(record, &reception.name) > Carries::No)
        };
        let leads_to_error =
            || record.redirect_target().is_some_and(|target| target.path().to_ascii_lowercase().contains("error")) && !begins_session();
        match facts.purpose {
            Purpose::Callback => {
                let leads_to_sign_in = || record.redirects_to_sign_in() && !self.leads_back(at, record);
                facts.saml.iter().any(saml_failed) || (300..400).contains(&status) && (leads_to_sign_in() || leads_to_error())
            }
            Purpose::Authorize => {
                let text = record.exchange.response_text();
                let is_refused_in_frame = || names_silent_code(text) && self.was_logged_in_before(at, record);
                let is_refused = || crate::session::said::names_provider_error(text) || refuses_client(record) || is_refused_in_frame();
                (400..500).contains(&status) || status == 200 && is_refused()
            }
            // It leads to a page of its own that says why.
            Purpose::Page if (400..500).contains(&status) && record.exchange.kind == Kind::Document => {
                let before = self.redirected_from(at).and_then(|before| self.record(before));
                before.is_some_and(|before| before.facts.purpose == Purpose::Authorize && before.origin == record.origin)
            }
            // Its page for a password that is right and does not help keeps the code among a script's settings.
            Purpose::SignIn => status == 200 && crate::session::said::names_provider_error(record.exchange.response_text()),
            _ => false,
        }
    }

    /// The cookie in which an application keeps the `state` of a login that it began, where the callback brings that of
    /// another one that it began before: its name, and where the newer one began.
    #[must_use]
    pub fn state_of_an_older_start(&self, at: usize) -> Option<(&str, usize)> {
        let record = self.record(at).filter(|record| record.facts.purpose == Purpose::Callback)?;
        let state = record.facts.messages.iter().filter(|message| message.carrier.is_sent()).find_map(|message| message.link("state"))?;
        if record.facts.cookies.iter().any(|(_, value)| value.is_surely(state)) {
            return None;
        }
        // A session that is handed out now was not there before.
        let is_new = |(name, _): &(Box<str>, Fingerprint)| record.facts.cookie(name).is_none();
        let opens_session = record.secrets_set().any(|name| record.facts.set_cookies.iter().any(|one| *one.0 == *name && is_new(one)));
        let mut newer: Option<(&str, usize, Option<&str>)> = None;
        for (other, start) in self.of_origin(&record.origin).back_from(at).take(limits::LOOK_BACK) {
            let mut requests = start.facts.messages.iter().filter(|message| message.kind.is_request() && !message.carrier.is_sent());
            let Some((sent, back)) = requests.find_map(|message| Some((message.link("state")?, message.param("redirect_uri")))) else {
                continue;
            };
            let keeps = |name: &str, state: Fingerprint| {
                start.facts.set_cookies.iter().any(|(set, value)| **set == *name && value.is_surely(state))
            };
            match newer {
                // The cookie that kept this one was set anew by the later start.
                Some((name, at, theirs)) if sent.is_surely(state) => {
                    return (theirs == back && keeps(name, state) && !opens_session).then_some((name, at));
                }
                None if sent.is_surely(state) => return None,
                _ => {}
            }
            let kept = record.facts.cookies.iter().find(|(name, value)| value.is_surely(sent) && keeps(name, sent));
            newer = newer.or(kept.map(|(name, _)| (&**name, other, back)));
        }
        None
    }

    /// Whether an answer leads back to the authorization request with which it began: an application that logs people in
    /// elsewhere may itself be the provider of another.
    fn leads_back(&self, at: usize, record: &Record) -> bool {
        let Some(target) = record.redirect_target() else { return false };
        let is_request = |before: &Record| before.facts.purpose == Purpose::Authorize && before.exchange.url == *target;
        self.of_origin(&record.origin).back_from(at).take(limits::LOOK_BACK).any(|(_, before)| is_request(before))
    }

    /// Whether somebody was let in by a token or a callback before: then a silent question that fails
    /// ends a login, else it only finds out that nobody is logged in.
    fn was_logged_in_before(&self, at: usize, record: &Record) -> bool {
        let started = record.exchange.started;
        let origin = record.page().map_or_else(|| record.origin.to_string(), |page| page.origin().ascii_serialization());
        let before = |(other, earlier): &(usize, &Record)| {
            *other != at
                && earlier.exchange.started < started
                && earlier.was_accepted()
                && (earlier.facts.credentials.is_some() || earlier.facts.purpose == Purpose::Callback)
        };
        let of_page = |(_, earlier): &(usize, &Record)| {
            earlier.page().is_none_or(|page| page.origin().ascii_serialization() == origin) || *earlier.origin == *origin
        };
        self.in_order().back_from(at).take(limits::LOOK_BACK).any(|one| before(&one) && of_page(&one))
    }
}

/// Whether a provider's page says that the request of a client is not in order.
fn refuses_client(record: &Record) -> bool {
    use Subject::{Client, RedirectUri, Scope};
    let is_of_request = |statement: &Statement| matches!(statement.pair.subject, Client | RedirectUri | Scope);
    let names_cause = |statement: &Statement| matches!(claim(statement.pair), Claim::Cause(_));
    let mut statements = record.facts.statements.iter().filter(|statement| statement.voice == Voice::Page);
    // Where there is a form, it goes on from there.
    let has_form = memchr::memmem::find(record.exchange.response_text().as_bytes(), b"<form").is_some();
    !has_form && statements.any(|statement| is_of_request(statement) && names_cause(statement))
}

/// What a provider answers to a request that may show nothing: OpenID Connect Core 3.1.2.6.
const SILENT_CODES: [&str; 4] = ["account_selection_required", "consent_required", "interaction_required", "login_required"];

/// Whether a page hands a code of these to the script that asked in a frame (OAuth 2.0 Web Message Response Mode).
fn names_silent_code(text: &str) -> bool {
    SILENT_CODES.iter().any(|code| memchr::memmem::find(text.as_bytes(), format!("\"{code}\"").as_bytes()).is_some())
}

/// Whether the provider answers an authorization request by an error: RFC 6749 4.1.2.1.
pub(crate) fn is_error_answer(message: &Message) -> bool {
    message.kind == MessageKind::AuthorizationResponse && message.param("error").is_some()
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{diagnose, is_healthy, reports};

    #[test]
    fn a_provider_refuses_a_client_on_a_page_of_its_own() {
        let authorize = |answer: &str| {
            format!(
                "~ kind document\n> GET https://id.test/authorize?response_type=code&client_id=app&redirect_uri=https%3A%2F%2Fapp.test%2Fcb&state=s\n< {answer}\n\n"
            )
        };
        let says = "<\n< <title>Error de autorización</title><p>redirect_uri did not match any configured URIs</p>";
        reports("oauth-redirect-uri-mismatch", &authorize(&format!("200 OK\n{says}")));
        let page = format!("~ kind document\n> GET https://id.test/error\n< 400 Bad Request\n{says}\n");
        reports("oauth-redirect-uri-mismatch", &(authorize("302 Found\n< Location: https://id.test/error") + &page));
        is_healthy(&authorize("200 OK\n<\n< <title>Sign in</title><form method=post><input type=password name=p></form>"));
        // Nobody was sent there by a request.
        is_healthy(&page);
    }

    /// A login at a provider that answers `answer` to the callback, and what the application then says.
    fn login(state: &str, answer: &str, outcome: &str) -> String {
        let authorize =
            format!("https://id.test/authorize?response_type=code&client_id=app&redirect_uri=https%3A%2F%2Fapp.test%2Fcb&state={state}");
        let callback = format!("https://app.test/cb?{answer}&state={state}");
        format!(
            "~ kind document\n> GET https://app.test/login\n< 302 Found\n< Location: {authorize}\n\n~ kind document\n> GET {authorize}\n< 302 Found\n< Location: {callback}\n\n~ kind document\n> GET {callback}\n< {outcome}\n\n"
        )
    }

    #[test]
    fn a_code_in_the_settings_of_a_page_refuses_a_password() {
        let page = |settings: &str| {
            format!(
                "~ kind document\n> POST https://id.test/common/login\n> Content-Type: application/x-www-form-urlencoded\n>\n> login=a&passwd=b\n\
                 < 200 OK\n< Content-Type: text/html\n<\n< <html><script>$Config={{{settings}}};</script></html>\n"
            )
        };
        reports("wrong-tenant", &page("\"strServiceExceptionMessage\":\"AADSTS50020: User account does not exist in tenant 'X'.\""));
        is_healthy(&page("\"urlHelp\":\"https://help.id.test/AADSTS\""));
    }

    const IN: &str = "302 Found\n< Set-Cookie: sid={secret s 30}; Path=/; Secure; HttpOnly\n< Location: ";

    #[test]
    fn who_cancels_and_logs_in_again_has_recovered() {
        for outcome in ["302 Found\n< Location: /", "200 OK"] {
            let cancelled = login("s1", "error=access_denied", outcome);
            let again = diagnose(&(cancelled.clone() + &login("s2", "code={secret c 30}", &format!("{IN}/home"))));
            let recovered: Vec<_> = again.failures.iter().map(|failure| failure.recovered_by).collect();
            assert_eq!(recovered, [Some(5)]);
            let twice = diagnose(&(cancelled + &login("s2", "error=access_denied", outcome)));
            assert!(!twice.failures.is_empty() && twice.failures.iter().all(|failure| failure.recovered_by.is_none()));
        }
    }

    #[test]
    fn a_login_that_the_provider_hands_on_was_none_that_failed() {
        let step = "~ kind fetch\n> POST https://id.test/signin\n> Origin: https://id.test\n> Content-Type: application/json\n>\n> {\"user\":\"a\",\"password\":\"b\"}\n< 409 Conflict\n<\n< {\"next\":\"hsa2\"}\n\n";
        let answer = login("s1", "code={secret c 30}", &format!("{IN}/home"));
        let (before, after) = answer.split_at(answer.find("~ kind document\n> GET https://id.test/authorize").unwrap());
        assert!(diagnose(&format!("{before}{step}{after}")).failures.iter().all(|failure| failure.recovered_by.is_some()));
        assert_eq!(diagnose(&format!("{before}{step}")).failures.len(), 1);
    }

    #[test]
    fn a_provider_says_no_to_a_frame_inside_a_page() {
        let frame = "~ kind document\n> GET https://id.test/authorize?response_type=code&client_id=app&prompt=none&state=s2\n> Referer: https://app.test/\n> Sec-Fetch-Dest: iframe\n> Sec-Fetch-Site: cross-site\n< 200 OK\n<\n< <script>parent.postMessage({\"error\":\"login_required\"})</script>\n\n";
        let cookie = "302 Found\n< Set-Cookie: ids={secret i 30}; Secure; HttpOnly; SameSite=None\n< Location: https://app.test/cb";
        let logged_in =
            login("s1", "code={secret c 30}", &format!("{IN}/home")).replacen("302 Found\n< Location: https://app.test/cb", cookie, 1);
        reports("cookie-blocked-third-party", &(logged_in + frame));
        // Nobody was logged in: the question finds that out.
        is_healthy(frame);
    }

    #[test]
    fn a_page_about_errors_is_no_error_page() {
        let page = "~ kind document\n> GET https://app.test/projects/errors\n> Cookie: sid={secret s 30}\n< 200 OK\n";
        is_healthy(&(login("s1", "code={secret c 30}", &format!("{IN}/projects/errors")) + page));
        reports("unexplained-refusal", &login("s1", "code={secret c 30}", "302 Found\n< Location: /auth/error"));
    }
}
