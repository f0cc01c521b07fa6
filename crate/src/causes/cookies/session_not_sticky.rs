use crate::cause::{Case, Cause, CauseMeta};
use crate::declare_cause;
use crate::facts::randomness::is_secret;
use crate::facts::{Fingerprint, Purpose, is_sign_in_url};
use crate::finding::{Certainty, Finding};
use crate::place::Place;
use crate::session::cookie_store::Outcome;
use crate::session::{Carries, FailureKind, Reception, Record, backend};
use crate::syntax::cookie;

declare_cause! {
    /// The same session cookie is accepted by one server behind the balancer and refused by another,
    /// which does not know the session.
    ///
    /// ```http-notation
    /// > GET https://app.example.test/a
    /// > Cookie: sid={secret s 32}
    /// < 200 OK
    /// < X-Served-By: app1
    ///
    /// > GET https://app.example.test/b
    /// > Cookie: sid={secret s 32}
    /// < 401 Unauthorized
    /// < X-Served-By: app2
    ///
    /// > GET https://app.example.test/a
    /// > Cookie: sid={secret s 32}
    /// < 200 OK
    /// < X-Served-By: app1
    /// ```
    SessionNotSticky {
        id: "session-not-sticky",
        family: "cookies",
        side: Server,
        stage: Refused,
        title: "The session lives on one server and the balancer picks another",
        recognised: "The same cookie is accepted before and after the refusal, and a mark of the server that answered differs between acceptance and refusal. Or a session that was set a moment before comes back unchanged and is a stranger's.",
        remedies: [
            (User, "Try again; the next request may reach the server that knows you.", "The page opens at times."),
            (Developer, "Keep sessions where every server finds them: a shared store, or signed tokens with a shared key.", "Every server accepts the cookie."),
            (Administrator, "Switch stickiness on at the balancer, or share the session store and its keys between the servers.", "Requests with the same cookie carry the same server mark, or all are accepted."),
        ],
        references: [("HAProxy: stickiness", "https://docs.haproxy.org/2.6/configuration.html#4.2-cookie"), ("AWS: sticky sessions", "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/sticky-sessions.html")],
    }
}

impl Cause for SessionNotSticky {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        let is_refusal = matches!(case.failure.kind, FailureKind::Refused | FailureKind::Bounced);
        if !is_refusal
            || case.facts().credentials.is_some()
            || case.facts().cookies.is_empty() && case.facts().own_secrets().next().is_none()
        {
            return None;
        }
        let Some((name, refused_by)) = backend(case.record) else {
            return by_another_route(case).or_else(|| by_another_number(case)).or_else(|| unknown_at_once(case));
        };
        let by_another = |(_, record): &(usize, &Record)| {
            record.was_accepted()
                && record.facts.purpose != Purpose::SignIn
                && record.bears_the_same_credentials_as(case.record)
                && backend(record).is_some_and(|(other, value)| other == name && value != refused_by)
        };
        let by_the_same = |(_, record): &(usize, &Record)| is_known(case, record) && backend(record) == Some((name, refused_by));
        let set_by_another = |(_, record): &(usize, &Record)| {
            sets_session(case, record) && backend(record).is_some_and(|(other, value)| other == name && value != refused_by)
        };
        let (before, accepted) = case.earlier().find(|one| by_another(one) || set_by_another(one))?;
        let (_, accepted_by) = backend(accepted)?;
        if case.others().any(|other| by_the_same(&other)) {
            return None;
        }
        let after = case.later().find(by_another);
        // No session runs out while somebody is at work with it.
        let is_at_once = case.exchange().started.since(accepted.exchange.started) <= AT_ONCE;
        let certainty = if after.is_some() || is_at_once { Certainty::Likely } else { Certainty::Possible };
        let finding =
            Finding::new(&META, certainty, format!("{} accepts the session on {accepted_by} and refuses it on {refused_by}.", case.host()))
                .about(name)
                .shown(before, Place::Received(name, 0), "This server set the cookie or accepted it.")
                .shown(case.at(), Place::Received(name, 0), "This one refuses it.");
        Some(match after {
            Some((after, _)) => finding.shown(after, Place::Received(name, 0), "And the former accepts it again."),
            None => finding,
        })
    }
}

/// A login's answer set the session, the browser brings it back unchanged within seconds, and the server treats it as a
/// stranger's: whoever answers does not know what was issued, or checks it by other keys.
fn unknown_at_once(case: &Case<'_>) -> Option<Finding> {
    let set_just_now = |(_, login): &(usize, &Record)| {
        login.facts.purpose == Purpose::SignIn
            && login.was_accepted()
            && case.exchange().started.since(login.exchange.ended()) <= SECONDS
            && login.facts.set_cookies.iter().enumerate().any(|(nth, (name, value))| {
                let is_hidden = || login.set_cookie(nth).is_some_and(|line| line.http_only.is_some());
                let is_of_login = || case.session.carries(login, name) > Carries::No || is_hidden();
                case.facts().cookie(name).is_some_and(|sent| sent.is_surely(*value)) && is_of_login()
            })
    };
    let is_known = |record: &Record| {
        let may_be_open =
            matches!(record.facts.purpose, Purpose::SignIn | Purpose::Asset | Purpose::SignOut) || record.shows_sign_in_form();
        record.was_accepted() && !may_be_open && record.bears_the_same_credentials_as(case.record)
    };
    let (at, _) = case.earlier().find(set_just_now).filter(|_| case.facts().purpose != Purpose::SignIn && !says_more(case))?;
    if case.others().any(|(_, record)| is_known(record)) {
        return None;
    }
    let summary = format!("{} does not know the session that it issued a moment before {}.", case.host(), case.request());
    Some(
        Finding::new(&META, Certainty::Possible, summary)
            .about(case.host())
            .shown(at, Place::Received("set-cookie", 0), "The login was accepted, and its session set here.")
            .shown(case.at(), Place::Sent("cookie", 0), "The browser brings it back as it was set.")
            .unseen("Which of the server's instances answered, and by which keys it checks sessions.")
            .next("Ask several times: does the answer change with the instance?"),
    )
}

/// Whether somebody is known and refused for another reason.
fn says_more(case: &Case<'_>) -> bool {
    case.exchange().status() == 403 || !case.statements.is_empty() || case.sent_to_choose_a_password().is_some()
}

/// Equal requests, before and after, that are looked at.
const NEAR: usize = 16;

/// Milliseconds between a login and the page that it leads to.
const SECONDS: i64 = 10_000;

/// Milliseconds after which a session that nobody ended is as good as before.
const AT_ONCE: i64 = 60_000;

/// Whether an answer was given to somebody known by the session that is refused here, and to nobody else.
fn is_known(case: &Case<'_>, record: &Record) -> bool {
    let may_be_open = matches!(record.facts.purpose, Purpose::Asset | Purpose::SignIn | Purpose::SignOut)
        || record.shows_sign_in_form()
        || is_sign_in_url(&record.exchange.url);
    // What strangers get as well shows nothing.
    let is_open_to_all = || {
        let is_bare = |other: &Record| other.was_accepted() && !other.bears_the_same_credentials_as(case.record);
        case.session.of_request(&record.exchange).around(case.at()).at_most(NEAR, NEAR).any(|(_, other)| is_bare(other))
    };
    // A language or a consent is the same before a login and after it.
    let shares_session = || {
        let carries = |name: &str| case.session.carries(case.record, name) > Carries::No;
        let is_shared = |(name, value): &(Box<str>, Fingerprint)| {
            carries(name) && record.facts.cookie(name).is_some_and(|theirs| theirs.is_surely(*value))
        };
        !case.session.bears_carrier(case.record) || case.facts().cookies.iter().any(is_shared)
    };
    !may_be_open && record.was_accepted() && record.bears_the_same_credentials_as(case.record) && shares_session() && !is_open_to_all()
}

/// Whether an answer set the session that is refused here: whoever set it takes it as well.
fn sets_session(case: &Case<'_>, record: &Record) -> bool {
    let sets = |reception: &Reception| {
        case.facts().cookie(&reception.name).is_some()
            && matches!(reception.outcome, Outcome::Kept | Outcome::Replaced)
            && case.session.carries(record, &reception.name) > Carries::No
    };
    record.was_accepted() && record.receptions.iter().any(sets)
}

/// A field whatever its name tells who answered: its values are names that differ in a number alone, each comes time and again,
/// and one stands in the refusal, the other wherever the same session is known.
fn by_another_number(case: &Case<'_>) -> Option<Finding> {
    let fields = &case.exchange().response.as_ref()?.fields;
    let setter = case.earlier().find(|(_, record)| sets_session(case, record));
    let known: Vec<(usize, &Record)> =
        setter.into_iter().chain(case.others().filter(|(_, record)| is_known(case, record))).take(NEAR).collect();
    if known.is_empty() {
        return None;
    }
    let (name, at) = fields.iter().filter(|(_, value)| is_numbered(value)).find_map(|(name, value)| {
        let (at, accepted) = known.first()?;
        let accepted_by =
            accepted.exchange.received(name).filter(|other| *other != value && without_number(other) == without_number(value))?;
        let is_mixed = known.iter().any(|(_, record)| record.exchange.received(name).is_none_or(|other| other == value));
        let comes_again =
            |wanted: &str| case.others().filter(|(_, record)| record.exchange.received(name) == Some(wanted)).nth(1).is_some();
        (!is_mixed && comes_again(value) && comes_again(accepted_by)).then_some((name, *at))
    })?;
    // The values are no known marks, and may name anybody.
    let summary = format!("{} knows the session on one server and refuses it on another, by what {name} says of who answers.", case.host());
    Some(
        Finding::new(&META, Certainty::Likely, summary)
            .about(name.to_owned())
            .shown(at, Place::Status, format!("{name} of this answer names a server that takes the session."))
            .shown(case.at(), Place::Status, "Here it names another one."),
    )
}

/// Characters of the longest name of a server.
const NAME: usize = 40;

/// Whether a value may be the name of one server among several.
fn is_numbered(value: &str) -> bool {
    value.len() <= NAME
        && value.bytes().any(|byte| byte.is_ascii_digit())
        && value.starts_with(|sign: char| sign.is_ascii_alphabetic())
        && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
        && !is_secret(value)
}

fn without_number(value: &str) -> String {
    value.chars().filter(|sign| !sign.is_ascii_digit()).collect()
}

/// The answer gives a new session in the place of the one that came, and the route at the end of its identifier is another
/// server's (Tomcat's jvmRoute, as balancers read it): that one does not know the session.
fn by_another_route(case: &Case<'_>) -> Option<Finding> {
    let sent = case.exchange().sent("cookie").map(|field| cookie::parse(field).value)?;
    let field = case.record.receptions.iter().enumerate().find_map(|(field, reception)| {
        let came = route(sent.iter().find(|pair| *pair.name == *reception.name)?.value)?;
        let went = route(case.record.set_cookie(field)?.value)?;
        // Servers of one kind are called alike.
        let is_alike = came.bytes().next() == went.bytes().next();
        (came != went && is_alike).then_some(field)
    })?;
    let summary =
        format!("{} has the session on one server, and another answered {}, which does not know it.", case.host(), case.request());
    Some(
        Finding::new(&META, Certainty::Likely, summary)
            .about(case.host())
            .shown(case.at(), Place::Sent("cookie", 0), "The identifier of the session ends in a server's name.")
            .shown(case.at(), Place::Received("set-cookie", field), "The new one ends in another server's name."),
    )
}

/// The name of a server at the end of a session's identifier.
fn route(value: &str) -> Option<&str> {
    let (id, route) = value.rsplit_once('.')?;
    let is_id = id.len() >= 16 && id.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    // A signature or a moment may stand there as well.
    let is_name = route.len() <= 24
        && route.starts_with(|sign: char| sign.is_ascii_alphabetic())
        && route.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
        && !is_secret(route);
    (is_id && is_name).then_some(route)
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{is_healthy, is_silent, reports};

    const ID: &str = "session-not-sticky";

    fn call(path: &str, answer: &str, server: &str) -> String {
        format!("> GET https://app.test/{path}\n> Cookie: sid={{secret s 24}}\n< {answer}\n< X-Served-By: {server}\n\n")
    }

    #[test]
    fn names_both_servers() {
        let summary = reports(ID, &(call("a", "200 OK", "one") + &call("b", "401 Unauthorized", "two") + &call("a", "200 OK", "one")));
        assert!(summary.contains("one") && summary.contains("two"), "{summary}");
    }

    #[test]
    fn passes_over_one_server_and_a_session_that_every_server_knows() {
        is_silent(ID, &(call("a", "200 OK", "one") + &call("b", "401 Unauthorized", "one") + &call("a", "200 OK", "one")));
        is_silent(
            ID,
            &(call("a", "200 OK", "one")
                + &call("c", "200 OK", "two")
                + &call("b", "401 Unauthorized", "two")
                + &call("a", "200 OK", "one")),
        );
        is_silent(ID, &call("b", "401 Unauthorized", "two"));
        is_silent(
            ID,
            &(call("a", "200 OK", "cache-fra-1") + &call("b", "401 Unauthorized", "cache-fra-2") + &call("a", "200 OK", "cache-fra-1")),
        );
    }

    #[test]
    fn a_field_of_any_name_whose_values_differ_in_a_number() {
        let call = |path: &str, answer: &str, server: &str| call(path, answer, server).replace("X-Served-By", "kbn-name");
        let session = |one: &str, two: &str| {
            call("a", "200 OK", one)
                + &call("c", "200 OK", one)
                + &call("b", "401 Unauthorized", two)
                + &call("d", "401 Unauthorized", two)
                + &call("e", "404 Not Found", two)
                + &call("a", "200 OK", one)
                + &call("f", "200 OK", one)
        };
        assert!(reports(ID, &session("kib-01", "kib-02")).contains("by what kbn-name says"));
        is_silent(ID, &session("kib-01", "kib-01"));
        is_silent(ID, &session("json", "html"));
        is_silent(ID, &(session("kib-01", "kib-02") + &call("g", "200 OK", "kib-02")));
    }

    #[test]
    fn reads_the_route_at_the_end_of_an_identifier() {
        let session = |route: &str| {
            format!(
                "> GET https://app.test/a\n> Cookie: JSESSIONID=4AC06D5B9AF35D4560E3A779A2F31870.n1\n< 403 Forbidden\n< Set-Cookie: JSESSIONID=D23BE0AD133028D6C32C055A7292BE73{route}; HttpOnly\n"
            )
        };
        assert!(!reports(ID, &session(".n2")).contains("n2"));
        let uuids = |text: String| text.replace("4AC06D5B9AF35D4560E3A779A2F31870", "373da670-8a48-4140-a3ba-480f8b4026a3");
        reports(ID, &uuids(session(".n2")).replace("D23BE0AD133028D6C32C055A7292BE73", "fddd8fc5-d3df-4d26-aacd-e0ebf673e36c"));
        is_silent(ID, &session(".n1"));
        is_silent(ID, &session(""));
        is_silent(ID, &session(".1767225600").replace(".n1", ".1767222000"));
        is_silent(ID, &session(".nB7x2mQ9vK4tL8wR1yZ6aD3cF5g").replace(".n1", ".nK4tL8wR1yZ6aD3cF5gB7x2mQ9v"));
    }

    #[test]
    fn names_a_server_that_does_not_know_what_it_issued() {
        let login = "~ kind document\n> POST https://clock.test/a/7\n>\n> f1=u&password=b\n< 302 Found\n< Location: /a/8\n< Set-Cookie: k2={secret k 50}; HttpOnly\n\n";
        let page = |answer: &str| format!("~ kind document\n> GET https://clock.test/a/8\n> Cookie: k2={{secret k 50}}\n< {answer}\n\n");
        let bounced = "302 Found\n< Location: /login\n< Set-Cookie: k2=; Max-Age=0";
        reports(ID, &format!("{login}{}", page(bounced)));
        is_silent(ID, &format!("{login}{}", page("403 Forbidden")));
        is_silent(ID, &format!("{login}{}@ 40m\n{}", page("200 OK"), page(bounced)));
    }

    #[test]
    fn passes_over_balanced_requests_that_all_succeed() {
        is_healthy(&(call("a", "200 OK", "one") + &call("b", "200 OK", "two")));
    }
}
