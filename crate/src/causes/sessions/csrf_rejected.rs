use std::collections::HashSet;

use memchr::memmem;
use url::Url;

use crate::cause::{Audience, Case, Cause, CauseMeta};
use crate::causes::stated;
use crate::declare_cause;
use crate::exchange::Kind;
use crate::facts::Purpose;
use crate::facts::parameters::Parameters;
use crate::facts::randomness::is_secret;
use crate::facts::statements::{Fault, Statement, Subject, Voice, is_said_first, page_texts};
use crate::facts::tokens::{Carrier, Role, Seen};
use crate::finding::{Certainty, Finding};
use crate::place::Place;
use crate::session::{FailureKind, Record};
use crate::syntax::form::{Pair, is_password_name};
use crate::syntax::hidden_fields;
use crate::syntax::referrer::{self, Policy};

declare_cause! {
    /// The session may be fine. The request lacks the token, or bears an old one, by which the server
    /// sees that the form came from its own page.
    ///
    /// ```http-notation
    /// > POST https://app.example.test/transfer
    /// > Cookie: sessionid={secret s 32}
    /// > Content-Type: application/x-www-form-urlencoded
    /// >
    /// > amount=10
    /// < 403 Forbidden
    /// <
    /// < CSRF verification failed. Request aborted.
    /// ```
    CsrfRejected {
        id: "csrf-rejected",
        family: "sessions",
        side: Server,
        stage: Refused,
        title: "The CSRF check failed",
        recognised: "The documented answers of frameworks to a failed check, 419, or a refused change with a session that is accepted elsewhere and without any such token, where the page had handed one out; a token of a page out of a cache; a login of whose form the answer says that the session is another one, or that comes without the hidden secret or the cookie of its page, or with another value in a field than the server handed out for it.",
        remedies: [
            (User, "Reload the page, then send the form again; cookies of the site must be allowed.", "The form goes through."),
            (Developer, "Send the token that the page or the cookie holds with every change, in the field that the framework names; take a new one after login.", "The request bears the token, and it is the one handed out last."),
            (Administrator, "Name this origin among the framework's trusted origins, and let the proxy pass Host, X-Forwarded-Proto and Referer.", "The framework's log no longer names the check."),
        ],
        references: [("OWASP: preventing cross-site request forgery", "https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html"), ("Django: CSRF", "https://docs.djangoproject.com/en/stable/ref/csrf/")],
    }
}

impl Cause for CsrfRejected {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        let exchange = case.exchange();
        let is_change = !matches!(&*exchange.method, "GET" | "HEAD" | "OPTIONS");
        // Who only reads is asked for no token, unless the answer says so.
        if case.failure.kind != FailureKind::Refused || !is_change && case.stated(META.id).is_none() {
            return None;
        }
        // The very same was read before without such a token: what is gone is the session that it belongs to.
        if !is_change && case.earlier_of_request().any(|(_, record)| record.was_accepted()) {
            return None;
        }
        let summary = format!("{} refused {}, since its check against forged requests failed.", case.host(), case.request());
        let by_status = || {
            // No specification defines it, so a reason that the answer itself gives is surer.
            if exchange.status() != 419 || !case.statements.is_empty() {
                return None;
            }
            // Where nobody ever handed a token out, nobody looks for one.
            let certainty = if knows_tokens(case) { Certainty::Stated } else { Certainty::Possible };
            let finding = Finding::new(&META, certainty, summary.clone());
            Some(finding.shown(case.at(), Place::Status, "419 is how Laravel says that the page is too old."))
        };
        let finding = stated(case, &META, summary.clone()).or_else(by_status);
        match finding {
            Some(finding) => Some(without_referer(case, compared(case, finding))),
            None => unsent(case)
                .or_else(|| out_of_a_cache(case))
                .or_else(|| shown_again(case))
                .or_else(|| of_another_session(case))
                .or_else(|| for_its_origin(case))
                .or_else(|| parted(case))
                .or_else(|| unlike_handed_out(case))
                .or_else(|| without_any(case)),
        }
    }
}

/// A request that names its own page's origin and is answered as a stranger's, as every one that names it, while every one that
/// does not is let in by the same credentials: the check of origins knows the site by another name.
fn for_its_origin(case: &Case<'_>) -> Option<Finding> {
    let names_origin = |record: &Record| record.exchange.sent("origin").is_some();
    let page = case.record.page().map(Url::origin).filter(|_| names_origin(case.record))?;
    if page != case.exchange().url.origin() || !case.is_denied() || case.facts().purpose.is_login() {
        return None;
    }
    let is_ours = |other: &Record| other.bears_the_same_credentials_as(case.record) && case.session.bears_carrier(other);
    let is_stranger = |record: &Record| record.exchange.status() == 401 || record.facts.statements.iter().any(Statement::says_nobody_asks);
    // What ended meanwhile is over for every request.
    let (at, _) = case.later().find(|(_, other)| other.was_accepted() && !names_origin(other) && is_ours(other))?;
    let naming: Vec<&Record> = case.others().map(|(_, other)| other).filter(|other| names_origin(other) && is_ours(other)).collect();
    let mut turned_away = naming.iter().filter(|other| (400..=403).contains(&other.exchange.status())).peekable();
    if naming.iter().any(|other| other.was_accepted()) || turned_away.peek().is_none() {
        return None;
    }
    if !is_stranger(case.record) && !turned_away.any(|other| is_stranger(other)) {
        return None;
    }
    let origin = case.exchange().sent("origin").unwrap_or_default().to_owned();
    let summary = format!(
        "{} takes no request that names the origin {origin}, whoever bears it: its check against forged requests knows the site by another name.",
        case.host()
    );
    Some(
        Finding::new(&META, Certainty::Likely, summary)
            .about(origin.clone())
            .shown(case.at(), Place::Sent("origin", 0), "What names this origin is refused each time.")
            .shown(at, Place::Status, "The same credentials are accepted where the request names none.")
            .advise(
                Audience::Developer,
                format!("Name {origin} among the origins from which changes are taken."),
                "The same change is accepted.",
            ),
    )
}

/// Whether the application hands out tokens against forged requests, as far as the capture shows.
fn knows_tokens(case: &Case<'_>) -> bool {
    let has = |record: &Record| record.facts.tokens.iter().any(|seen| seen.role == Role::Csrf) || record.exchange.unseen.cookies;
    // A page whose content the capture lacks may have had one.
    let is_hidden = |record: &Record| {
        record.exchange.kind == Kind::Document && record.exchange.status() == 200 && record.exchange.response_text().is_empty()
    };
    has(case.record) || case.earlier().any(|(_, record)| has(record) || is_hidden(record))
}

/// Adds what the request shows of the token: whether it came along, and whether it is that of the cookie.
fn compared(case: &Case<'_>, finding: Finding) -> Finding {
    let sent = tokens(case, |carrier| matches!(carrier, Carrier::Field | Carrier::Form | Carrier::RequestJson | Carrier::Query)).next();
    let cookie = tokens(case, |carrier| carrier == Carrier::Cookie).next();
    match (sent, cookie) {
        (None, None) => finding.shown(case.at(), Place::Target, "The request bears no such token, neither in a field nor in a cookie."),
        (None, Some(cookie)) => finding.shown(
            case.at(),
            Place::Sent("cookie", 0),
            format!("The cookie {} came along, its token in a field or parameter did not.", cookie.name),
        ),
        (Some(sent), None) => {
            finding.shown(case.at(), Place::Target, format!("{} came along, but no cookie to compare it with.", sent.name))
        }
        (Some(sent), Some(cookie)) if sent.token.fingerprint == cookie.token.fingerprint => {
            finding.but(format!("{} and the cookie {} bear the same token.", sent.name, cookie.name))
        }
        // Several frameworks mask the token, so that equal ones look different.
        (Some(_), Some(_)) => finding,
    }
}

/// Adds why there is no Referer, where the answer speaks of it: frameworks also check by it where a form
/// came from.
fn without_referer(case: &Case<'_>, finding: Finding) -> Finding {
    let exchange = case.exchange();
    let is_missing = !exchange.request.fields.has("referer") && exchange.request.fields.iter().next().is_some();
    if !is_missing || memmem::find(exchange.response_text().as_bytes(), b"eferer").is_none() {
        return finding;
    }
    let is_page = |(_, record): &(usize, &Record)| record.exchange.kind == Kind::Document && record.was_accepted();
    let Some((at, page)) = case.earlier().find(is_page) else { return finding };
    let policy = page.exchange.received("referrer-policy").map_or_else(Policy::default, |value| referrer::policy(value).value);
    match referrer::expected(policy, &page.exchange.url, &exchange.url) {
        None => finding.shown(at, Place::Received("referrer-policy", 0), "By this policy of the page the browser sends no Referer."),
        Some(_) => finding.shown(
            at,
            Place::Target,
            "By the policy of this page its forms bear a Referer: a setting of the browser or something on the way took it out.",
        ),
    }
}

/// A change that was refused without a token, where one had been handed out and the session works.
fn unsent(case: &Case<'_>) -> Option<Finding> {
    let handed_out =
        |(_, record): &(usize, &Record)| record.facts.tokens.iter().any(|seen| seen.role == Role::Csrf && !seen.carrier.is_sent());
    let has_sent = tokens(case, |carrier| carrier != Carrier::Cookie && carrier.is_sent()).next().is_some();
    if case.exchange().status() != 403 || has_sent || case.facts().cookies.is_empty() || !case.facts().challenges.is_empty() {
        return None;
    }
    let (page, _) = case.earlier().find(handed_out)?;
    let (accepted, _) = case.accepted_elsewhere().next()?;
    Some(
        Finding::new(
            &META,
            Certainty::Likely,
            format!("{} was refused without the token against forged requests that {} had handed out.", case.request(), case.host()),
        )
        .shown(page, Place::Target, "The token was handed out here.")
        .shown(case.at(), Place::Target, "This request does not bring it back.")
        .shown(accepted, Place::Status, "The same session was accepted here."),
    )
}

/// A form whose token came with a page out of a cache on the way: it belongs to the session of whoever filled that.
fn out_of_a_cache(case: &Case<'_>) -> Option<Finding> {
    let status = case.exchange().status();
    if !matches!(status, 400 | 403 | 419) || !case.statements.is_empty() {
        return None;
    }
    let sent = tokens(case, |carrier| matches!(carrier, Carrier::Field | Carrier::Form | Carrier::RequestJson)).next()?;
    let is_source = |record: &Record| {
        record.facts.tokens.iter().any(|seen| !seen.carrier.is_sent() && seen.token.fingerprint == sent.token.fingerprint)
    };
    let (page, field) =
        case.earlier().find_map(|(at, record)| Some((at, record.exchange.cached_on_the_way()?)).filter(|_| is_source(record)))?;
    let summary = format!("{} came with {}, which was made for somebody else: the page came out of a cache.", sent.name, case.request());
    let finding = Finding::new(&META, Certainty::Likely, summary).about(&*sent.name);
    let finding = finding.shown(page, Place::Received(field, 0), "The page with the token was not made for this visitor.");
    Some(finding.shown(case.at(), Place::Status, "The form with it is refused.").advise(
        Audience::Administrator,
        KEEP_NO_FORMS.0,
        KEEP_NO_FORMS.1,
    ))
}

/// A login's form out of a cache on the way, whose hidden value is another one by now, and which the answer shows again
/// without a word: nobody looked at the password.
fn shown_again(case: &Case<'_>) -> Option<Finding> {
    let exchange = case.exchange();
    let is_unexplained = case.statements.is_empty() && !case.was_intercepted();
    let is_shown = case.facts().purpose == Purpose::SignIn && exchange.status() == 200 && case.record.shows_sign_in_form();
    if !is_shown || !is_unexplained {
        return None;
    }
    let sent = Parameters::of(exchange).content;
    let hidden_now = hidden_fields::beside_password(exchange.response_text());
    let is_stale = |field: &Pair<'_>| {
        let is_other = hidden_now.get(&field.name).is_some_and(|now| *now != *field.value && now.len() == field.value.len());
        field.value.len() >= TOKEN && is_other && sent.get(&field.name).is_some_and(|sent| *sent == *field.value)
    };
    let shown_now = page_texts(exchange);
    // A sentence that is new on the page may say why.
    let says_no_more = |page: &Record| {
        let before: HashSet<String> = page_texts(&page.exchange).into_iter().map(|(text, _)| text).collect();
        shown_now.iter().all(|(text, _)| before.contains(text))
    };
    let is_form = |record: &Record| record.exchange.kind == Kind::Document && record.shows_sign_in_form();
    let (at, page) = case.earlier().find(|(_, record)| is_form(record))?;
    let field = page.exchange.cached_on_the_way()?;
    let stale = hidden_fields::beside_password(page.exchange.response_text()).pairs.into_iter().find(is_stale)?;
    if !says_no_more(page) {
        return None;
    }
    let name = stale.name.into_owned();
    let summary = format!("{name} came with {}, out of a page that a cache had kept, and is another one by now.", case.request());
    let finding = Finding::new(&META, Certainty::Likely, summary).about(name);
    let finding = finding.shown(at, Place::Received(field, 0), "The page with the form is an old one.");
    let answered = finding.shown(case.at(), Place::Status, "The answer shows the form again with another value, and without a word.");
    Some(answered.advise(Audience::Administrator, KEEP_NO_FORMS.0, KEEP_NO_FORMS.1))
}

/// What keeps forms out of caches, and how that is checked.
const KEEP_NO_FORMS: (&str, &str) = (
    "Let no cache keep pages with forms: send them with Cache-Control: no-store, and have the cache obey it.",
    "The page's token differs each time.",
);

/// Characters of the shortest token in a form.
const TOKEN: usize = 8;

/// A login of which the answer says that its session is not the right one: nobody looked at the password.
fn of_another_session(case: &Case<'_>) -> Option<Finding> {
    // Where cookies are hidden, one of them may have been lost on the way.
    let says_no_more = case.statements.iter().all(|stated| stated.cause == "session-expired");
    if case.facts().purpose != Purpose::SignIn || !says_no_more || case.exchange().unseen.cookies {
        return None;
    }
    let is_another = |statement: &&Statement| {
        let is_of_session = matches!(statement.pair.subject, Subject::Session | Subject::Cookie);
        // A page of a login may say of any visitor that their session has expired; an answer that is nothing else means this one.
        let is_all = || !case.record.shows_sign_in_form() && is_said_first(case.exchange(), statement);
        let has_expired = statement.pair.fault == Fault::Expired && (statement.voice == Voice::Sentence || is_all());
        is_of_session && (matches!(statement.pair.fault, Fault::Wrong | Fault::Mismatched) || has_expired)
    };
    let said = case.facts().statements.iter().find(is_another)?;
    let summary = format!("{} refused {}, since the session of its form is not the one that came.", case.host(), case.request());
    Some(Finding::new(&META, Certainty::Likely, summary).said().shown(case.at(), said.place.clone(), "It speaks of the session."))
}

/// A login's form that is refused without the secret that its page had put into it, or without any cookie beside it
/// where the page had set one: browsers send both.
fn parted(case: &Case<'_>) -> Option<Finding> {
    let (exchange, facts) = (case.exchange(), case.facts());
    let is_form = exchange.kind == Kind::Document && facts.purpose == Purpose::SignIn && matches!(exchange.status(), 400 | 403 | 419 | 422);
    if !is_form || !case.statements.is_empty() || !facts.challenges.is_empty() || case.was_intercepted() {
        return None;
    }
    let sent = Parameters::of(exchange).content;
    // The page whose form this is: that which sent it, or one whose form leads here.
    let referer = exchange.sent("referer").and_then(|referer| Url::parse(referer).ok());
    let is_source = |page: &Record| {
        let action = hidden_fields::password_action(page.exchange.response_text());
        let leads = action.map_or_else(|| Ok(page.exchange.url.clone()), |action| page.exchange.url.join(&action));
        leads.is_ok_and(|target| target.path() == exchange.url.path())
            && referer.as_ref().is_none_or(|referer| referer.path() == "/" || referer.path() == page.exchange.url.path())
    };
    let shown = |(_, page): &(usize, &Record)| page.exchange.kind == Kind::Document && page.shows_sign_in_form();
    let (page, shown) = case.earlier().find(shown).filter(|(_, page)| is_source(page))?;
    let text = shown.exchange.response_text();
    let hidden = hidden_fields::beside_password(text);
    // A script of the page may take fields out before it sends the form.
    let certainty = if memmem::find(text.as_bytes(), b"onsubmit").is_some() { Certainty::Possible } else { Certainty::Likely };
    let mut secrets = hidden.pairs.iter().filter(|field| is_secret(&field.value)).peekable();
    secrets.peek().filter(|_| !sent.pairs.is_empty())?;
    let finding = |summary: String, about: &str| {
        Finding::new(&META, certainty, summary).about(about.to_owned()).shown(page, Place::Target, "The page with the form.")
    };
    if secrets.any(|field| !sent.has(&field.name)) {
        let summary = format!("{} was refused without the secret that its page had put into the form.", case.request());
        return Some(finding(summary, "form").shown(case.at(), Place::Target, "This request does not bring the hidden field back."));
    }
    let secret = shown.secrets_set().next()?;
    let field = shown.facts.set_cookies.iter().position(|(name, _)| **name == *secret)?;
    let (name, _) = shown.facts.set_cookies.get(field)?;
    if !facts.cookies.is_empty() || exchange.unseen.cookies {
        return None;
    }
    let summary = format!("{} brings the hidden fields of its page, and not the cookie {name} that was set with them.", case.request());
    let finding = finding(summary, name).shown(page, Place::Received("set-cookie", field), "It is set here.");
    Some(finding.shown(case.at(), Place::Target, "This request bears no cookie at all."))
}

/// A login that is refused without a word, and bears another value in a field than the server handed out for it.
fn unlike_handed_out(case: &Case<'_>) -> Option<Finding> {
    let (exchange, facts) = (case.exchange(), case.facts());
    let is_wordless = case.statements.is_empty() && facts.statements.is_empty() && facts.challenges.is_empty();
    let is_refused = facts.purpose == Purpose::SignIn && matches!(exchange.status(), 400 | 403 | 419);
    if !is_refused || !is_wordless || case.was_intercepted() {
        return None;
    }
    let unlike = case.session.unlike_handed_out(case.at())?;
    // Many servers take the value of an earlier page as well.
    let (certainty, which) =
        if unlike.was_handed_out { (Certainty::Possible, "an older value") } else { (Certainty::Likely, "another value") };
    let summary = format!("{} was refused with {which} in {} than {} had handed out for it.", case.request(), unlike.name, case.host());
    Some(
        Finding::new(&META, certainty, summary)
            .about(unlike.name.to_string())
            .shown(unlike.at, Place::Target, "The value for this field was handed out here.")
            .shown(case.at(), Place::Target, "This request does not bring it."),
    )
}

/// A login's form that is refused outright, and brings nothing beside what was typed, where the server gives every visitor
/// a secret cookie: forms are often held against one.
fn without_any(case: &Case<'_>) -> Option<Finding> {
    let (exchange, facts) = (case.exchange(), case.facts());
    let is_bare = facts.challenges.is_empty() && facts.statements.is_empty() && facts.tokens.iter().all(|seen| seen.role != Role::Csrf);
    let is_form = exchange.kind == Kind::Document && facts.purpose == Purpose::SignIn && exchange.status() == 403;
    if !is_form || !is_bare || case.was_intercepted() || exchange.request.body.is_none() {
        return None;
    }
    let parameters = Parameters::of(exchange);
    let brings_more = parameters.content.pairs.iter().any(|pair| is_secret(&pair.value) && !is_password_name(&pair.name));
    let shown = |(_, page): &(usize, &Record)| page.exchange.kind == Kind::Document && page.shows_sign_in_form();
    let (page, _) = case.earlier().find(shown).filter(|_| !brings_more && parameters.content.pairs.len() <= TYPED)?;
    let borne: HashSet<&str> = facts.cookies.iter().map(|(name, _)| &**name).collect();
    let given = |(at, record): (usize, &'_ Record)| Some((at, record.secrets_set().find(|set| borne.contains(set))?.to_owned()));
    let (at, name) = case.earlier().filter(|(_, record)| record.exchange.kind == Kind::Document).find_map(given)?;
    let record = case.session.record(at)?;
    let field = record.facts.set_cookies.iter().position(|(set, _)| **set == *name).unwrap_or_default();
    let summary = format!(
        "{} refused {} without a word: its form brings no token, and forms may be held against the cookie {name}.",
        case.host(),
        case.request()
    );
    Some(
        Finding::new(&META, Certainty::Possible, summary)
            .about(&*name)
            .shown(at, Place::Received("set-cookie", field), "Every visitor is given this.")
            .shown(page, Place::Target, "The page with the form.")
            .shown(case.at(), Place::Target, "What is sent is what was typed, and nothing else.")
            .next("Whether the server checks forms against that cookie."),
    )
}

/// Fields in which somebody types a name, a password and where to log in.
const TYPED: usize = 3;

fn tokens<'s>(case: &Case<'s>, is_wanted: impl Fn(Carrier) -> bool) -> impl Iterator<Item = &'s Seen> {
    case.facts().tokens.iter().filter(move |seen| seen.role == Role::Csrf && is_wanted(seen.carrier))
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{diagnose, is_healthy, is_silent, reports};

    const ID: &str = "csrf-rejected";

    fn change(fields: &str, answer: &str) -> String {
        format!("> POST https://app.test/save\n{fields}> Content-Type: application/x-www-form-urlencoded\n>\n> amount=1\n{answer}\n")
    }

    const PAGE: &str = "~ kind document\n> GET https://app.test/form\n> Cookie: sid={secret s 24}\n< 200 OK\n<\n< <form><input type=hidden name=csrf_token value={secret c 24}></form>\n\n";

    #[test]
    fn reports_a_form_out_of_a_cache_that_is_shown_again_with_another_value() {
        let form = |guard: &str, said: &str| {
            format!(
                "<h1>Members</h1>{said}<form method=post><input name=mail><input type=password name=password><input type=hidden name=guard value={guard}></form>"
            )
        };
        let page = |field: &str| {
            format!(
                "~ kind document\n> GET https://club.test/members\n< 200 OK\n< {field}\n< Content-Type: text/html\n<\n< {}\n\n",
                form("7c1d90ab34", "")
            )
        };
        let post = |guard: &str, said: &str| {
            format!(
                "~ kind document\n> POST https://club.test/members\n> Content-Type: application/x-www-form-urlencoded\n>\n> mail=a&password=b&guard=7c1d90ab34\n< 200 OK\n< Content-Type: text/html\n<\n< {}\n",
                form(guard, said)
            )
        };
        for field in ["Age: 90000", "X-Cache: HIT from edge"] {
            reports(ID, &(page(field) + &post("e5528f01cd", "")));
        }
        // A fresh page, a value that still stands, and a sentence that may say why, in whatever language.
        is_silent(ID, &(page("Age: 0") + &post("e5528f01cd", "")));
        is_silent(ID, &(page("Age: 90000") + &post("7c1d90ab34", "")));
        is_silent(ID, &(page("Age: 90000") + &post("e5528f01cd", "<p>Ez így nem megy</p>")));
    }

    #[test]
    fn an_origin_that_is_never_taken() {
        let call = |method: &str, origin: &str, answer: &str| {
            format!("~ kind fetch\n> {method} https://app.test/api/{}\n{origin}> Cookie: sid={{secret s 30}}\n< {answer}\n\n", answer.len())
        };
        let origin = "> Origin: https://app.test\n";
        let login = "~ kind fetch\n> POST https://app.test/login\n>\n> user=a&password=b\n< 200 OK\n< Set-Cookie: sid={secret s 30}; HttpOnly; Secure\n\n";
        let refused = call("POST", origin, "401 Unauthorized") + &call("PATCH", origin, "403 Forbidden");
        let reads = call("GET", "", "200 OK");
        reports(ID, &format!("{login}{reads}{refused}{reads}"));
        // The session may have ended; one of them is taken; or nobody is a stranger.
        is_silent(ID, &format!("{login}{reads}@ 60m\n{refused}"));
        is_silent(ID, &format!("{login}{reads}{refused}{reads}{}", call("POST", origin, "201 Created")));
        let forbidden = call("POST", origin, "403 Forbidden") + &call("PATCH", origin, "403 Forbidden\n<\n< no");
        is_silent(ID, &format!("{login}{reads}{forbidden}{reads}"));
        let wrong = "~ kind fetch\n> POST https://app.test/login\n> Origin: https://app.test\n> Cookie: sid={secret s 30}\n> Content-Type: application/json\n>\n> {\"user\":\"a\",\"password\":\"b\"}\n< 401 Unauthorized\n\n";
        is_silent(ID, &format!("{reads}{wrong}{wrong}{reads}"));
    }

    #[test]
    fn an_answer_that_gives_another_reason_outweighs_its_status() {
        let answer = |status: &str| {
            format!(
                "> POST https://app.test/login\n> Content-Type: application/json\n>\n> {{\"user\":\"a\",\"password\":\"b\"}}\n< {status}\n< Content-Type: application/json\n<\n< {{\"errorCode\":\"E0000069\",\"errorSummary\":\"User Locked\"}}\n"
            )
        };
        for status in ["401 Unauthorized", "419 unknown status"] {
            reports("account-locked", &answer(status));
        }
    }

    #[test]
    fn a_type_of_error_that_is_called_after_the_token_says_so() {
        let call = |error: &str| {
            format!(
                "~ kind fetch\n> POST https://erp.test/api/leave\n> Cookie: sid={{secret s 40}}\n> Content-Type: application/json\n>\n> {{\"from\":\"a\",\"to\":\"b\"}}\n< 400 Bad Request\n< Content-Type: application/json\n<\n< {{\"exc_type\":\"{error}\"}}\n"
            )
        };
        reports(ID, &call("CSRFTokenError"));
        reports(ID, &call("org.app.web.CsrfException"));
        is_silent(ID, &call("ValidationError"));
    }

    #[test]
    fn reports_the_words_of_frameworks() {
        // Django, Rails, Spring Security, ASP.NET Core, WordPress, Express.
        for answer in [
            "< 403 Forbidden\n<\n< Forbidden (CSRF cookie not set.)",
            "< 422 Unprocessable Content\n<\n< ActionController::InvalidAuthenticityToken",
            "< 403 Forbidden\n<\n< Could not verify the provided CSRF token because no token was found to compare.",
            "< 400 Bad Request\n<\n< The required antiforgery cookie \".AspNetCore.Antiforgery\" is not present.",
            "< 403 Forbidden\n<\n< {\"code\":\"rest_cookie_invalid_nonce\",\"message\":\"Cookie check failed\"}",
            "< 403 Forbidden\n<\n< ForbiddenError: invalid csrf token (EBADCSRFTOKEN)",
        ] {
            reports(ID, &change("> Cookie: sid={secret s 24}\n", answer));
        }
    }

    #[test]
    fn a_form_that_brings_nothing_may_lack_a_token() {
        let page = "~ kind document\n> GET https://hof.test/in\n< 200 OK\n< Set-Cookie: guard={secret g 40}; HttpOnly; Path=/\n<\n< <form method=post><input name=wer><input type=password name=losung></form>\n\n";
        let login = |more: &str, answer: &str| {
            format!(
                "~ kind document\n> POST https://hof.test/in\n> Cookie: guard={{secret g 40}}\n> Content-Type: application/x-www-form-urlencoded\n>\n> wer=a&losung=b{more}\n< {answer}\n"
            )
        };
        reports(ID, &(page.to_owned() + &login("", "403 Forbidden\n<\n< {\"error\":\"Forbidden\"}")));
        is_silent(ID, &(page.to_owned() + &login("&extra={secret s 40}", "403 Forbidden")));
        is_silent(ID, &(page.to_owned() + &login("", "401 Unauthorized")));
        is_silent(ID, &(page.to_owned() + &login("", "403 Forbidden\n<\n< This account is disabled.")));
        is_silent(ID, &(page.replace("< Set-Cookie: guard={secret g 40}; HttpOnly; Path=/\n", "") + &login("", "403 Forbidden")));
    }

    #[test]
    fn a_form_without_what_its_page_put_into_it() {
        let page = "~ kind document\n> GET https://hof.test/in\n< 200 OK\n< Set-Cookie: keks={secret g 40}; Path=/\n<\n< <form method=post><input type=hidden name=merk value={secret m 40}><input name=wer><input type=password name=losung></form>\n\n";
        let login = |fields: &str, content: &str, answer: &str| {
            format!(
                "~ kind document\n> POST https://hof.test/in\n{fields}> Content-Type: application/x-www-form-urlencoded\n>\n> {content}wer=a&losung=b\n< {answer}\n"
            )
        };
        let (cookie, field) = ("> Cookie: keks={secret g 40}\n", "merk={secret m 40}&");
        let refused = "400 Bad Request\n<\n< <h1>Beiðni ekki tekin til greina</h1>";
        reports(ID, &(page.to_owned() + &login(cookie, "", refused)));
        reports(ID, &(page.to_owned() + &login("", field, refused)));
        is_silent(ID, &(page.to_owned() + &login(cookie, field, refused)));
        is_silent(ID, &(page.to_owned() + &login(cookie, "", "401 Unauthorized")));
        is_silent(ID, &(page.to_owned() + &login("~ unseen cookies\n", field, refused)));
        is_silent(ID, &(page.to_owned() + &login(cookie, "", "403 Forbidden\n<\n< This account is disabled.")));
        is_silent(ID, &(page.replace("{secret m 40}", "/orders/2026") + &login(cookie, "", refused)));
    }

    #[test]
    fn a_login_with_another_value_than_the_server_handed_out() {
        let told = |content: &str| {
            format!(
                "~ kind fetch\n> GET https://club.test/api/start\n< 200 OK\n< Set-Cookie: guard={{secret plain 30}}\n<\n< {content}\n\n"
            )
        };
        let login = |field: &str, more: &str, answer: &str| {
            format!(
                "~ kind fetch\n> POST https://club.test/api/enter\n> Content-Type: application/json\n> Cookie: guard={{secret plain 30}}\n{field}>\n> {{\"user\":\"a\",\"password\":\"{{secret pw 20}}\"{more}}}\n< {answer}\n\n"
            )
        };
        let json = told("{\"field\":\"X-Club-Guard\",\"value\":\"{secret masked 60}\"}");
        let header = |value: &str| format!("> X-Club-Guard: {{secret {value} {}}}\n", if value == "plain" { 30 } else { 60 });
        let refused = "403 Forbidden\n< Content-Type: application/json\n<\n< {\"status\":403,\"error\":\"Forbidden\"}";
        reports(ID, &(json.clone() + &login(&header("plain"), "", refused)));
        let page = told("<head><meta name=\"csrf-token\" content=\"{secret masked 60}\"></head>");
        reports(ID, &(page.clone() + &login("> X-CSRF-Token: {secret stale 60}\n", "", refused)));
        let form = |value: &str| {
            told(&format!("<form><input type=hidden name=merk value={{secret {value} 40}}><input type=password name=p></form>"))
        };
        reports(ID, &(form("one") + &form("two") + &login("", ",\"merk\":\"{secret one 40}\"", refused)));
        // The one that was handed out, none that is told of, a copy of the cookie, and what a script fills in.
        is_silent(ID, &(json.clone() + &login(&header("masked"), "", refused)));
        is_silent(ID, &(told("{\"field\":\"X-Other\",\"value\":\"{secret masked 60}\"}") + &login(&header("plain"), "", refused)));
        is_silent(ID, &(page + &login("> X-CSRF-Token: {secret plain 30}\n", "", refused)));
        is_silent(ID, &(form("one") + &login("", ",\"merk\":\"{secret filled 40}\"", refused)));
        // Another status, or a word on why.
        is_silent(ID, &(json.clone() + &login(&header("plain"), "", "401 Unauthorized")));
        is_silent(ID, &(json + &login(&header("plain"), "", "403 Forbidden\n<\n< {\"error\":\"account_locked\"}")));
    }

    #[test]
    fn a_form_out_of_a_cache_is_somebody_elses() {
        let page = |fields: &str| {
            format!(
                "~ kind document\n> GET https://app.test/enter\n< 200 OK\n< Content-Type: text/html\n{fields}<\n< <form method=post><input type=hidden name=csrf_token value={{secret c 40}}><input name=u><input type=password name=p></form>\n\n"
            )
        };
        let login = |answer: &str| {
            format!(
                "~ kind document\n> POST https://app.test/enter\n> Content-Type: application/x-www-form-urlencoded\n>\n> csrf_token={{secret c 40}}&u=a&p=b\n< {answer}\n"
            )
        };
        let refused = login("400 Bad Request\n< Content-Type: text/html\n<\n< <h1>Beiðni ekki tekin til greina</h1>");
        reports(ID, &(page("< Age: 5200\n") + &refused));
        reports(ID, &(page("< X-Cache: HIT\n") + &refused));
        is_silent(ID, &(page("< Age: 0\n") + &refused));
        is_silent(ID, &(page("") + &refused));
        is_silent(ID, &(page("< Age: 5200\n") + &login("401 Unauthorized\n<\n< {\"error\":\"invalid_credentials\"}")));
    }

    #[test]
    fn says_who_took_the_referer_out() {
        let django = "< 403 Forbidden\n<\n< Referer checking failed - no Referer.";
        let told = |policy: &str, fields: &str| {
            let page = format!("~ kind document\n> GET https://app.test/form\n> Cookie: sid={{secret s 24}}\n< 200 OK\n{policy}\n");
            let session = page + &change(&format!("> Cookie: sid={{secret s 24}}\n{fields}"), django);
            diagnose(&session).failures[0].causes[0].evidence.iter().map(|quote| quote.says.clone()).collect::<String>()
        };
        assert!(told("< Referrer-Policy: no-referrer\n", "").contains("policy of the page"));
        assert!(told("", "").contains("took it out"));
        assert!(!told("", "> Referer: https://app.test/form\n").contains("took it out"));
    }

    #[test]
    fn reports_the_status_of_laravel_and_a_token_that_was_not_brought_back() {
        reports(ID, &change("> Cookie: laravel_session={secret s 24}\n", "< 419 Page Expired"));
        reports(ID, &format!("{PAGE}{}", change("> Cookie: sid={secret s 24}\n", "< 403 Forbidden")));
    }

    #[test]
    fn passes_over_changes_with_a_token_and_missing_rights() {
        is_silent(ID, &format!("{PAGE}{}", change("> Cookie: sid={secret s 24}\n> X-CSRF-Token: {secret c 24}\n", "< 403 Forbidden")));
        is_silent(ID, &change("> Cookie: sid={secret s 24}\n", "< 403 Forbidden\n<\n< {\"error\":\"insufficient permissions\"}"));
        is_silent(ID, &format!("{PAGE}> GET https://app.test/admin\n> Cookie: sid={{secret s 24}}\n< 403 Forbidden\n"));
    }

    #[test]
    fn passes_over_a_change_that_succeeds() {
        is_healthy(&format!("{PAGE}{}", change("> Cookie: sid={secret s 24}\n", "< 302 Found\n< Location: /done")));
    }

    #[test]
    fn passes_over_what_was_read_before_without_a_token() {
        let read = |answer: &str| format!("~ kind xhr\n> GET https://db.test/stats\n> Cookie: sid={{secret s 30}}\n< {answer}\n\n");
        let refused = read("400 Bad Request\n<\n< {\"errormsg\":\"The CSRF session token is missing.\"}");
        is_silent(ID, &(read("200 OK") + &refused));
    }
}
