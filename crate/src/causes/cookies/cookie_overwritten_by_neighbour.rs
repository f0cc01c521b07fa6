use crate::cause::{Case, Cause, CauseMeta};
use crate::declare_cause;
use crate::facts::{Fingerprint, Purpose};
use crate::finding::{Certainty, Finding};
use crate::limits;
use crate::place::Place;
use crate::session::{Carries, FailureKind, Record};

declare_cause! {
    /// Two applications of one host call their cookies the same. Cookies know no ports, so what the second one set
    /// took the place of the first one's session, and the first is handed a value that it never issued.
    ///
    /// ```http-notation
    /// > POST http://localhost:3000/login
    /// > Content-Type: application/x-www-form-urlencoded
    /// >
    /// > user=alice&password=secret
    /// < 200 OK
    /// < Set-Cookie: connect.sid={secret one 32}; Path=/; HttpOnly
    ///
    /// ~ kind document
    /// > GET http://localhost:4000/
    /// > Cookie: connect.sid={secret one 32}
    /// < 200 OK
    /// < Set-Cookie: connect.sid={secret two 32}; Path=/; HttpOnly
    ///
    /// ~ kind fetch
    /// > GET http://localhost:3000/api/me
    /// > Cookie: connect.sid={secret two 32}
    /// < 401 Unauthorized
    /// ```
    CookieOverwrittenByNeighbour {
        id: "cookie-overwritten-by-neighbour",
        family: "cookies",
        side: Server,
        stage: CookieNotKept,
        title: "Another application on the same host overwrites the cookie",
        recognised: "The request bears the value that another port or host, or another program under the same one, set last under the name of this application's cookie, and this application refuses it.",
        remedies: [
            (User, "Use the two applications in different browser profiles, or one of them in a private window.", "Both stay logged in."),
            (Developer, "Give each application's cookie its own name, or a __Host- name under a host of its own; of development servers call one localhost and the other 127.0.0.1.", "The browser holds both cookies side by side."),
            (Administrator, "Serve each application under its own host name, without Domain in its cookies.", "Each application gets back the value that it set."),
        ],
        references: [("RFC 6265 8.5: cookies do not provide isolation by port", "https://www.rfc-editor.org/rfc/rfc6265#section-8.5"), ("express-session: name", "https://expressjs.com/en/resources/middleware/session.html#name")],
    }
}

impl Cause for CookieOverwrittenByNeighbour {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        let is_refused = case.is_denied() || matches!(case.failure.kind, FailureKind::Bounced | FailureKind::Loop);
        if !is_refused || case.facts().credentials.is_some() {
            return None;
        }
        let is_callback = case.facts().purpose == Purpose::Callback;
        let concerns_login = |name: &str| is_callback || case.session.carries(case.record, name) > Carries::No;
        let of_login = || case.facts().cookies.iter().filter(|(name, _)| concerns_login(name));
        let (name, by, own) = of_login()
            .find_map(|(name, value)| {
                let (by, theirs) = case.earlier_setters_of(name).next()?;
                let (own, mine) =
                    case.earlier_setters_of(name).find(|(_, record)| record.origin == case.record.origin && !sets(record, name, *value))?;
                let is_neighbour =
                    theirs.origin != case.record.origin || program(theirs).zip(program(mine)).is_some_and(|(theirs, mine)| theirs != mine);
                (is_neighbour && sets(theirs, name, *value) && !is_known_here(case, name, *value)).then_some((&**name, by, own))
            })
            .or_else(|| of_login().find_map(|(name, value)| set_by_script(case, name, *value)))?;
        let quote = |at: usize, set: String, borne: String| match case.session.record(at) {
            Some(record) if record.facts.set_cookies.iter().any(|(theirs, _)| **theirs == *name) => {
                (at, Place::Received("set-cookie", 0), set)
            }
            _ => (at, Place::Sent("cookie", 0), borne),
        };
        // Who is told so lost what the cookie held; whoever is only refused may share the neighbour's sessions.
        let certainty = if case.stated("oauth-state-mismatch").is_some() { Certainty::Stated } else { Certainty::Likely };
        let neighbour = case.session.record(by).map_or("", |record| &*record.origin);
        let finding = Finding::new(
            &META,
            certainty,
            format!(
                "The cookie {name} of {} holds what {neighbour} set under the same name; {} never issued that value.",
                case.request(),
                case.host()
            ),
        )
        .about(name);
        let quotes = [
            quote(
                own,
                format!("{} itself had set another value.", case.host()),
                format!("{} itself let another value through.", case.host()),
            ),
            quote(
                by,
                format!("{neighbour} set {name} afterwards, in its place."),
                format!("{neighbour} got {name} with this value before."),
            ),
        ];
        let finding = quotes.into_iter().fold(finding, |finding, (at, place, says)| finding.shown(at, place, says));
        Some(
            finding
                .shown(case.at(), Place::Sent("cookie", 0), "This is the neighbour's value.")
                .but("Nothing, if both are meant to share their sessions."),
        )
    }
}

/// The same of a cookie that scripts write, so that no answer sets it: somebody logged in at a neighbour on this host,
/// which then let this value through, and this origin had let another one through before.
fn set_by_script<'s>(case: &Case<'s>, name: &'s str, value: Fingerprint) -> Option<(&'s str, usize, usize)> {
    if case.earlier_setters_of(name).next().is_some() || is_known_here(case, name, value) {
        return None;
    }
    let host = |record: &Record| record.exchange.url.host_str().map(str::to_owned);
    let bears = |record: &Record| record.facts.cookie(name).is_some_and(|theirs| theirs.is_surely(value));
    let is_neighbour = |record: &Record| record.origin != case.record.origin && host(record) == host(case.record);
    let logs_in = |record: &Record| record.facts.purpose == Purpose::SignIn && record.was_accepted() && !bears(record);
    let (login, neighbour) = case.earlier_anywhere().find(|(_, record)| is_neighbour(record) && logs_in(record))?;
    let lets_through = |record: &Record| record.origin == neighbour.origin && bears(record) && record.was_accepted();
    let (by, _) = case.session.in_order().on_from(login).at_most(0, limits::LOOK_AHEAD).find(|(_, record)| lets_through(record))?;
    let (own, _) = case.earlier().find(|(_, record)| record.was_accepted() && record.facts.cookie(name).is_some() && !bears(record))?;
    Some((name, by, own))
}

fn sets(record: &Record, name: &str, value: Fingerprint) -> bool {
    record.facts.set_cookies.iter().any(|(set, theirs)| **set == *name && theirs.is_surely(value))
}

/// The program that answered, as far as it says so.
fn program(record: &Record) -> Option<&str> {
    record.exchange.received("x-powered-by").or_else(|| record.exchange.received("server"))
}

/// Whether this origin let somebody through with that value: then both share their sessions.
fn is_known_here(case: &Case<'_>, name: &str, value: Fingerprint) -> bool {
    // Where the refusal leads everybody is let in.
    let is_door = |other: &Record| {
        let is_it = |target: &url::Url| target.path() == other.exchange.url.path() && target.origin() == other.exchange.url.origin();
        case.record.redirect_target().is_some_and(is_it)
    };
    let depends_on_it = |other: &Record| match other.facts.purpose {
        Purpose::Api => !is_door(other),
        Purpose::Page => !other.shows_sign_in_form() && !is_door(other),
        _ => false,
    };
    let bears = |other: &Record| other.facts.cookie(name).is_some_and(|theirs| theirs.is_surely(value));
    // What strangers get as well tells nothing.
    let is_open = |at: usize, other: &Record| {
        let is_strangers = |one: &Record| one.was_accepted() && one.facts.cookie(name).is_none();
        let mut same = case.session.of_request(&other.exchange).around(at).at_most(limits::TOKENS, limits::TOKENS);
        same.any(|(_, one)| is_strangers(one)) || case.session.is_page_for_all(at, other)
    };
    case.others().any(|(at, other)| {
        other.was_accepted() && other.exchange.status() == 200 && bears(other) && depends_on_it(other) && !is_open(at, other)
    })
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{is_silent, reports};

    const ID: &str = "cookie-overwritten-by-neighbour";

    const LOGIN: &str = "> POST http://localhost:3000/login\n>\n> user=a&password=b\n< 302 Found\n< Location: /home\n< Set-Cookie: sid={secret one 30}; HttpOnly\n\n";
    const NEIGHBOUR: &str = "~ kind document\n> GET http://localhost:4000/\n> Cookie: sid={secret one 30}\n< 200 OK\n< Set-Cookie: sid={secret two 30}; HttpOnly\n\n";

    fn home(value: &str, answer: &str) -> String {
        format!("~ kind document\n> GET http://localhost:3000/home\n> Cookie: sid={{secret {value} 30}}\n< {answer}\n\n")
    }

    #[test]
    fn reports_the_value_of_another_port() {
        let home_before = home("one", "200 OK");
        reports(ID, &format!("{LOGIN}{home_before}{NEIGHBOUR}{}", home("two", "302 Found\n< Location: /login")));
        reports(ID, &format!("{LOGIN}{NEIGHBOUR}{}", home("two", "401 Unauthorized")));
    }

    #[test]
    fn reports_another_program_under_the_same_host() {
        let wiki = "> POST https://host.test/wiki/login\n>\n> user=a&password=b\n< 302 Found\n< X-Powered-By: PHP/8.2\n< Location: /wiki/\n< Set-Cookie: SESSION={secret one 30}; Path=/; HttpOnly\n\n";
        let shop = "~ kind document\n> GET https://host.test/shop/\n> Cookie: SESSION={secret one 30}\n< 200 OK\n< X-Powered-By: Express\n< Set-Cookie: SESSION={secret two 30}; Path=/; HttpOnly\n\n";
        let edit = "~ kind document\n> GET https://host.test/wiki/edit\n> Cookie: SESSION={secret two 30}\n< 403 Forbidden\n";
        reports(ID, &format!("{wiki}{shop}{edit}"));
        is_silent(ID, &format!("{wiki}{}{edit}", shop.replace("Express", "PHP/8.2")));
    }

    #[test]
    fn reports_a_cookie_that_scripts_write() {
        let call = |port: u16, value: &str, answer: &str| {
            format!("~ kind xhr\n> GET https://pve.test:{port}/api/nodes\n> Cookie: PVEAuthCookie={{secret {value} 60}}\n< {answer}\n\n")
        };
        let login = "~ kind xhr\n> POST https://pve.test:8016/api/ticket\n> Cookie: PVEAuthCookie={secret one 60}\n>\n> user=a&password=b\n< 200 OK\n<\n< {\"data\":1}\n\n";
        let (own, theirs, refused) = (call(8006, "one", "200 OK"), call(8016, "two", "200 OK"), call(8006, "two", "401 Unauthorized"));
        reports(ID, &format!("{own}{login}{theirs}{refused}"));
        is_silent(ID, &format!("{own}{theirs}{refused}"));
        is_silent(ID, &format!("{own}{login}{refused}"));
        is_silent(ID, &format!("{login}{theirs}{refused}"));
        is_silent(ID, &format!("{own}{login}{theirs}{}{refused}", call(8006, "two", "200 OK")));
    }

    #[test]
    fn reports_the_lost_state_of_a_callback() {
        let authorize = "> GET http://localhost:3000/go\n< 302 Found\n< Set-Cookie: session={secret one 30}; HttpOnly\n< Location: https://id.test/authorize?response_type=code&client_id=a&state=s1\n\n";
        let other = "~ kind document\n> GET http://localhost:5000/\n> Cookie: session={secret one 30}\n< 200 OK\n< Set-Cookie: session={secret two 30}; HttpOnly\n\n";
        let callback = "~ kind document\n> GET http://localhost:3000/cb?code={secret c 30}&state=s1\n> Cookie: session={secret two 30}\n< 400 Bad Request\n<\n< state mismatch\n";
        reports(ID, &format!("{authorize}{other}{callback}"));
    }

    #[test]
    fn passes_over_applications_that_share_their_sessions() {
        is_silent(ID, &format!("{LOGIN}{NEIGHBOUR}{}{}", home("two", "200 OK"), home("two", "401 Unauthorized")));
    }

    #[test]
    fn passes_over_an_applications_own_values() {
        let renewed = home("one", "200 OK\n< Set-Cookie: sid={secret two 30}; HttpOnly");
        is_silent(ID, &format!("{LOGIN}{renewed}{}", home("two", "401 Unauthorized")));
        is_silent(ID, &format!("{LOGIN}{NEIGHBOUR}{}", home("one", "401 Unauthorized")));
    }

    #[test]
    fn a_page_that_everybody_gets_knows_nobody() {
        let page = |cookie: &str, path: &str, text: &str| {
            format!("~ kind document\n> GET http://localhost:3000{path}\n{cookie}< 200 OK\n<\n< {text}\n\n")
        };
        let call = |value: &str, answer: &str| {
            format!("~ kind fetch\n> GET http://localhost:3000/api/bills\n> Cookie: sid={{secret {value} 30}}\n< {answer}\n\n")
        };
        let (theirs, shell) = ("> Cookie: sid={secret two 30}\n", "<main id=x></main>");
        let before = page("", "/", shell) + LOGIN + &call("one", "200 OK") + NEIGHBOUR;
        let refused = call("two", "403 Forbidden");
        reports(ID, &format!("{before}{refused}{}{refused}", page(theirs, "/bills", shell)));
        // A page of its own, or an answer to a script, is for somebody who is known.
        is_silent(ID, &format!("{before}{refused}{}", page(theirs, "/bills", "<h1>Two bills of Ann</h1>")));
        let other = call("two", "200 OK").replace("bills", "me");
        is_silent(ID, &format!("{before}{refused}{other}"));
    }
}
