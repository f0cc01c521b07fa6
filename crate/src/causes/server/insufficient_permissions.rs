use crate::cause::{Case, Cause, CauseMeta};
use crate::declare_cause;
use crate::exchange::Kind;
use crate::facts::Purpose;
use crate::finding::{Certainty, Finding};
use crate::place::Place;
use crate::session::{FailureKind, Record, Stated};

declare_cause! {
    /// The login itself works: the same credentials open other things on this server. This one
    /// thing is not allowed to this account. Logging in again changes nothing.
    ///
    /// ```http-notation
    /// > GET https://app.example.test/orders
    /// > Cookie: sid={secret sid 24}
    /// < 200 OK
    ///
    /// > GET https://app.example.test/admin
    /// > Cookie: sid={secret sid 24}
    /// < 403 Forbidden
    /// ```
    InsufficientPermissions {
        id: "insufficient-permissions",
        family: "server",
        side: Server,
        stage: NotAllowed,
        title: "You are known, but not allowed",
        recognised: "A 403 answers a request with credentials, and the same credentials are accepted for other things of the same origin; or the refused request bears credentials and nothing speaks against them.",
        remedies: [
            (User, "Ask whoever runs the site for access to this page; your login itself is fine.", "The page opens with the same account."),
            (Developer, "Check which role or permission this request needs and which the account has; hide what it may not do.", "An account with the role gets an answer, others no longer meet the 403."),
            (Administrator, "Give the account, or its group, the role that this path needs.", "The same account opens the page after its next login."),
        ],
        references: [("RFC 9110 15.5.4: 403 Forbidden", "https://www.rfc-editor.org/rfc/rfc9110#section-15.5.4")],
    }
}

impl Cause for InsufficientPermissions {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        let (exchange, facts) = (case.exchange(), case.facts());
        let bears = facts.credentials.as_ref().map(|_| Place::Sent("authorization", 0));
        let bears = bears.or_else(|| case.session.bears_carrier(case.record).then_some(Place::Sent("cookie", 0)));
        let bears = bears.or_else(|| case.bears_own_session().then_some(Place::Target));
        let Some(bears) = bears else { return out_of_sight(case) };
        let is_login = matches!(facts.purpose, Purpose::SignIn | Purpose::Token | Purpose::Refresh | Purpose::Callback);
        // Some send whoever they know to where others log in, and say there that it is not for them.
        let is_sent_on = case.failure.kind == FailureKind::Bounced && case.stated(META.id).is_some();
        let is_refused = case.failure.kind == FailureKind::Refused && (exchange.status() == 403 || is_said(case));
        if !is_refused && !is_sent_on || is_login || case.was_intercepted() {
            return None;
        }
        let accepted = case.accepted_elsewhere().find(|(_, other)| !matches!(other.facts.purpose, Purpose::SignIn | Purpose::Asset));
        // Some send their challenge along with every refusal; what it asks for was there, and good.
        if !facts.challenges.is_empty() && (accepted.is_none() || facts.bearer_error().is_some()) {
            return None;
        }
        // Where an answer says in its content how it went, everything has one address.
        let asks_alike = |other: &Record| exchange.status() >= 300 || other.exchange.request.body == exchange.request.body;
        let is_same = |other: &Record| other.exchange.url == exchange.url && other.exchange.method == exchange.method && asks_alike(other);
        // Who was let through before or after with the same request has the permission.
        let bears_alike = |other: &Record| other.was_accepted() && facts.has_own_fields_like(&other.facts);
        if case.accepted_elsewhere().any(|(_, other)| is_same(other))
            || case.others().any(|(_, other)| bears_alike(other) && is_same(other))
        {
            return None;
        }
        let says_so = case.stated(META.id);
        let is_code = says_so.is_some_and(|stated| !stated.in_words);
        if case.says_nobody_asks().is_some() || !is_code && case.has_stopped_working() {
            return None;
        }
        // Who never logged in is nobody whom this server knows, whatever else it lets them see.
        let asks_as_stranger =
            || case.session.asks_as_visitor(case.at(), case.record) || case.session.is_taken_for_a_stranger(case.at(), case.record);
        if !is_code && asks_as_stranger() {
            return None;
        }
        // A missing scope, a firewall or another named reason explains it better.
        if case.statements.iter().any(|stated| stated.cause != META.id) {
            return None;
        }
        let finding = match accepted {
            Some((other, record)) => Finding::new(
                &META,
                Certainty::Likely,
                format!(
                    "{} knows who asks for {}, and does not allow it: the same credentials were accepted for {} {}.",
                    case.host(),
                    case.request(),
                    record.exchange.method,
                    record.exchange.url.path()
                ),
            )
            .shown(other, Place::Status, "The same credentials were accepted here."),
            None => Finding::new(
                &META,
                Certainty::Possible,
                format!("{} refused {} by {} although it bore credentials.", case.host(), case.request(), exchange.status()),
            )
            .next("Whether the same credentials are accepted for anything else of this server."),
        };
        let finding = match says_so {
            Some(stated) => {
                let mut finding = finding.shown(stated.at, stated.place.clone(), format!("This is how {} says so.", stated.product));
                finding.certainty = if stated.in_words { Certainty::Likely } else { Certainty::Stated };
                finding
            }
            None => finding,
        };
        let says = format!("Here they are refused by {}, without a challenge.", exchange.status());
        Some(finding.shown(case.at(), Place::Status, says).shown(case.at(), bears, "These credentials were sent."))
    }
}

/// Milliseconds between two calls of a page that is at work, within which no session ends by itself.
const AT_WORK: i64 = 2_000;

/// A 403 after which, or before which, the same server answered, where the capture hides what requests bore: somebody had
/// logged in, so that this is what 403 says (RFC 9110 15.5.4).
fn out_of_sight(case: &Case<'_>) -> Option<Finding> {
    let exchange = case.exchange();
    let is_hidden = |record: &Record| record.exchange.unseen.cookies && record.exchange.unseen.authorization;
    let may_be = case.failure.kind == FailureKind::Refused
        && exchange.status() == 403
        && &*exchange.method == "GET"
        && matches!(case.facts().purpose, Purpose::Api | Purpose::Page)
        && case.facts().challenges.is_empty()
        && is_hidden(case.record)
        && !case.was_intercepted()
        && case.says_nobody_asks().is_none()
        && case.statements.iter().all(|stated| stated.cause == META.id);
    let is_login = |record: &Record| matches!(record.facts.purpose, Purpose::SignIn | Purpose::Callback) && record.was_accepted();
    let is_served = |record: &Record| is_hidden(record) && record.facts.purpose == case.facts().purpose && record.was_accepted();
    // Where nothing is answered any more, it may as well be the session that ended.
    let goes_on = || case.later().any(|(_, record)| is_hidden(record) && record.facts.purpose != Purpose::Asset && record.was_accepted());
    let at_work = || {
        let is_near = |record: &Record| exchange.started.since(record.exchange.started) <= AT_WORK;
        exchange.kind != Kind::Document && case.earlier().take_while(|(_, record)| is_near(record)).any(|(_, record)| is_served(record))
    };
    if !may_be || case.stated(META.id).is_none() && !goes_on() && !at_work() {
        return None;
    }
    let (at, _) = case.earlier().find(|(_, record)| is_login(record) || exchange.kind != Kind::Document && is_served(record))?;
    let summary = format!(
        "{} refused {} by 403, which it does to whoever it knows; what the request bore is hidden here.",
        case.host(),
        case.request()
    );
    Some(
        Finding::new(&META, Certainty::Possible, summary)
            .shown(at, Place::Status, "The same server answered somebody before.")
            .shown(case.at(), Place::Status, "Here it refuses by 403, without a challenge.")
            .unseen("The cookies and the Authorization of the request."),
    )
}

/// Whether the answer says so itself: by a code whatever its status, GraphQL's is 200, or in words by a status that refuses
/// who asks. 400 does where nothing was filled in that could be wrong; what 419 means no specification says.
fn is_said(case: &Case<'_>) -> bool {
    let status = case.exchange().status();
    let refuses = status == 419 || status == 400 && &*case.exchange().method == "GET";
    let says = |stated: &&Stated| stated.at == case.at() && (!stated.in_words || refuses);
    status != 401 && case.stated(META.id).filter(says).is_some()
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{diagnose, is_silent, reports};

    const ID: &str = "insufficient-permissions";

    #[test]
    fn a_page_for_people_without_a_role_offers_another_account() {
        let session = |text: &str| {
            format!(
                "~ kind document\n> POST https://app.test/login\n> Content-Type: application/x-www-form-urlencoded\n>\n> user=a&password=b\n< 302 Found\n< Location: /stock\n< Set-Cookie: sid={{secret s 40}}; HttpOnly; Secure\n\n\
                 ~ kind document\n> GET https://app.test/stock\n> Cookie: sid={{secret s 40}}\n< 403 Forbidden\n< Via: 1.1 varnish\n< X-Cache: MISS\n< Content-Type: text/html\n<\n< {text}<a href=/login>Use another account</a>\n"
            )
        };
        reports(ID, &session("<h1>Stock</h1><p>You do not have permission to view this page.</p>"));
        is_silent(ID, &session("<h1>Stock</h1>"));
    }

    #[test]
    fn says_in_words_that_permission_failed() {
        let diagnosis = diagnose(
            "> GET https://api.test/a\n> Authorization: Bearer {jwt exp=600}\n< 200 OK\n\n@ 2026-01-01T00:00:00Z\n> GET https://api.test/b\n> Authorization: Bearer {jwt exp=600}\n< 403 Forbidden\n",
        );
        assert_eq!(diagnosis.failures[0].causes[0].id, ID);
        assert!(diagnosis.failures[0].identity_or_permission.starts_with("Permission failed"));
    }

    #[test]
    fn a_session_that_works_nowhere_any_more_lacks_no_permission() {
        let call =
            |path: &str, answer: &str| format!("~ kind fetch\n> GET https://box.test{path}\n> Cookie: sid={{secret s 30}}\n< {answer}\n\n");
        let refused = call("/list", "403 Forbidden") + &call("/info", "403 Forbidden");
        let worked = call("/info", "200 OK") + &call("/list", "200 OK");
        is_silent(ID, &(worked.clone() + "@ 5m\n" + &refused));
        reports("session-expired", &(worked.clone() + "@ 5m\n" + &call("/info", "403 Forbidden")));
        // The answer itself takes the session away.
        let taken = call("/admin", "403 Forbidden\n< Set-Cookie: sid=; Max-Age=0; Path=/");
        is_silent(ID, &(worked.clone() + &taken));
        let admin = call("/admin", "403 Forbidden");
        reports(ID, &(worked + &admin + &call("/info", "200 OK") + &admin));
    }

    #[test]
    fn reads_a_code_in_a_success() {
        let answer = "< 200 OK\n<\n< {\"data\":null,\"errors\":[{\"message\":\"no\",\"extensions\":{\"code\":\"PERMISSION_DENIED\"}}]}\n";
        reports(ID, &format!("~ kind fetch\n> POST https://api.test/graphql\n> Authorization: Bearer {{secret t 30}}\n{answer}"));
    }

    #[test]
    fn passes_over_visitors() {
        let home = |cookie: &str| {
            format!("~ kind document\n> GET https://app.test/\n{cookie}< 200 OK\n< Set-Cookie: JSESSIONID={{secret s 32}}; HttpOnly\n\n")
        };
        let admin = "~ kind document\n> GET https://app.test/admin\n> Cookie: JSESSIONID={secret s 32}\n< 403 Forbidden\n";
        is_silent(ID, &(home("") + admin));
        // Who came with one may have logged in before the capture began, and who logged in is known.
        reports(ID, &(home("> Cookie: JSESSIONID={secret r 32}\n") + admin));
        let login = "~ kind document\n> POST https://app.test/in\n> Cookie: JSESSIONID={secret s 32}\n>\n> user=a&password=b\n< 302 Found\n< Location: /home\n\n";
        let page = "~ kind document\n> GET https://app.test/home\n> Cookie: JSESSIONID={secret s 32}\n< 200 OK\n\n";
        reports(ID, &(home("") + login + page + admin));
    }

    #[test]
    fn tells_calls_of_one_address_apart() {
        let call = |query: &str, answer: &str| {
            format!(
                "~ kind fetch\n> POST https://api.test/graphql\n> Authorization: Bearer {{secret t 30}}\n> Content-Type: application/json\n>\n> {{\"query\":\"{query}\"}}\n< 200 OK\n<\n< {answer}\n\n"
            )
        };
        let denied = "{\"data\":null,\"errors\":[{\"message\":\"no\",\"extensions\":{\"code\":\"FORBIDDEN\"}}]}";
        let session = call("{me{name}}", "{\"data\":{}}") + &call("mutation{close}", denied) + &call("{me{name}}", "{\"data\":{}}");
        let diagnosis = diagnose(&(session.clone() + &call("mutation{close}", denied)));
        assert_eq!(diagnosis.failures.len(), 1);
        assert_eq!((diagnosis.failures[0].causes[0].id, diagnosis.failures[0].recovered_by), (ID, None));
        // The very same call was allowed later.
        is_silent(ID, &(session + &call("mutation{close}", "{\"data\":{}}")));
    }

    #[test]
    fn takes_words_for_it_by_another_status_than_403() {
        let call =
            |answer: &str| format!("~ kind fetch\n> GET https://box.test/users\n> Authorization: Bearer {{secret t 30}}\n< {answer}\n");
        let says = "<\n< {\"error\":\"You do not have permission to do this\"}";
        reports(ID, &call(&format!("400 Bad Request\n{says}")));
        reports(ID, &call(&format!("419 Page Expired\n{says}")));
        is_silent(ID, &call(&format!("400 Bad Request\n{says}")).replace("> GET", "> POST"));
        is_silent(ID, &call(&format!("422 Unprocessable Content\n{says}")));
        is_silent(ID, &call(&format!("401 Unauthorized\n{says}")));
        is_silent(ID, &call("400 Bad Request\n<\n< {\"error\":\"page is required\"}"));
    }

    #[test]
    fn is_less_sure_where_nothing_else_was_asked_for() {
        reports(ID, "> GET https://app.test/admin\n> Cookie: JSESSIONID=1\n< 403 Forbidden\n");
    }

    #[test]
    fn takes_a_403_by_its_word_where_the_capture_hides_who_asked() {
        let hidden = "~ unseen cookies authorization set-cookies\n";
        let login = format!("{hidden}> POST https://app.test/login\n>\n> user=a&password=b\n< 303 See Other\n< Location: /\n\n");
        let call = format!("~ kind fetch\n{hidden}> GET https://app.test/api/admin\n< 403 Forbidden\n");
        let served = format!("~ kind fetch\n{hidden}> GET https://app.test/api/me\n< 200 OK\n\n");
        reports(ID, &format!("{login}{call}\n{served}"));
        reports(ID, &format!("{login}{call}<\n< {{\"error\":\"insufficient permissions\"}}\n"));
        reports(ID, &format!("{login}{served}{call}"));
        is_silent(ID, &format!("{login}{served}@ 5m\n{call}"));
        is_silent(ID, &format!("{login}{call}"));
        is_silent(ID, &call);
        is_silent(ID, &format!("{login}{call}< Server: cloudflare\n< cf-mitigated: challenge\n\n{served}"));
        is_silent(ID, &format!("{login}{}\n{served}", call.replace("GET", "POST")));
    }

    #[test]
    fn passes_over_strangers_and_challenges() {
        is_silent(ID, "> GET https://app.test/admin\n< 403 Forbidden\n");
        is_silent(ID, "> GET https://app.test/admin\n> Cookie: theme=1\n< 403 Forbidden\n");
        is_silent(
            ID,
            "> GET https://app.test/admin\n> Authorization: Bearer {jwt exp=60}\n< 403 Forbidden\n< WWW-Authenticate: Bearer error=\"insufficient_scope\"\n",
        );
    }

    #[test]
    fn passes_over_firewalls_and_refused_logins() {
        is_silent(ID, "> GET https://app.test/admin\n> Cookie: sid=1\n< 403 Forbidden\n< cf-mitigated: challenge\n");
        is_silent(ID, "> POST https://app.test/login\n> Cookie: sid=1\n>\n> user=a&password=b\n< 403 Forbidden\n");
    }
}
