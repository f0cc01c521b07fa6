use url::Host;

use crate::cause::{Case, Cause, CauseMeta};
use crate::causes::stated;
use crate::declare_cause;
use crate::finding::{Certainty, Finding};
use crate::place::Place;
use crate::session::{Carries, FailureKind, Record};
use crate::syntax::cookie;

declare_cause! {
    /// The application ties a session to the address that its user comes from, and that address changed: the browser
    /// reached the server by another of its addresses, by IPv6 instead of IPv4, or through another proxy or network.
    /// The session is in order and no longer accepted.
    ///
    /// ```http-notation
    /// ~ kind fetch
    /// ~ server 203.0.113.171
    /// > GET https://db.example.test/stats
    /// > Cookie: sid={secret one 32}
    /// < 200 OK
    ///
    /// ~ kind fetch
    /// ~ server 198.51.100.162
    /// > GET https://db.example.test/stats
    /// > Cookie: sid={secret one 32}
    /// < 401 Unauthorized
    /// < Set-Cookie: sid={secret two 32}; Path=/; HttpOnly
    /// ```
    SessionBoundToAddress {
        id: "session-bound-to-address",
        family: "sessions",
        side: Server,
        stage: CredentialSpoiled,
        title: "The session is bound to the client's address, which changed",
        recognised: "A session that was accepted within the last minute is replaced or refused in the moment in which the same host is reached at another address, and by the same kind of server; or the answer says that the user's address has changed.",
        remedies: [
            (User, "Stay in one network; with a VPN or a mobile line that changes, log in anew after the change.", "The session lasts."),
            (Developer, "Bind sessions to nothing that changes while somebody works, or to the network's prefix only.", "The session survives a change of network."),
            (Administrator, "Switch the binding off (ENHANCED_COOKIE_PROTECTION in pgAdmin, session.checkaddr and the like), let the proxies hand on one X-Forwarded-For, and give the name one address or the balancer stickiness.", "The application's log shows one address of the user."),
        ],
        references: [("pgAdmin: ENHANCED_COOKIE_PROTECTION", "https://www.pgadmin.org/docs/pgadmin4/latest/config_py.html"), ("OWASP: binding the session ID to other user properties", "https://cheatsheetseries.owasp.org/cheatsheets/Session_Management_Cheat_Sheet.html#binding-the-session-id-to-other-user-properties")],
    }
}

/// Milliseconds within which no session that somebody works with runs out.
const AT_ONCE: i64 = 60_000;

impl Cause for SessionBoundToAddress {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        let is_refusal = matches!(case.failure.kind, FailureKind::Refused | FailureKind::Bounced);
        if !is_refusal || case.facts().credentials.is_some() {
            return None;
        }
        let says_so = || {
            stated(case, &META, format!("{} ends the session of {}, since the user's address is another one.", case.host(), case.request()))
        };
        if let Some(found) = address_in_value(case).or_else(says_so) {
            return Some(found);
        }
        let near = |record: &Record| case.exchange().started.since(record.exchange.started) <= AT_ONCE;
        let (at, (name, before, accepted)) = case
            .here_and_earlier()
            .take_while(|(_, record)| near(record))
            .find_map(|(at, record)| Some((at, change(case, at, record)?)))?;
        let address = |record: &Record| record.exchange.server_address.as_deref().unwrap_or_default().to_owned();
        let (old, new) = (address(accepted), case.session.record(at).map(address).unwrap_or_default());
        Some(
            Finding::new(
                &META,
                Certainty::Likely,
                format!(
                    "The session in {name} ended when {} was reached at {new} instead of {old}: it seems to be bound to an address.",
                    case.host()
                ),
            )
            .about(name)
            .shown(before, Place::Status, format!("Accepted a moment before, at {old}."))
            .shown(at, Place::Sent("cookie", 0), format!("The same session, at {new}."))
            .unseen("The address of the user that the server saw."),
        )
    }
}

/// A session whose value begins with the user's address, in whose place the answer puts one with another address.
fn address_in_value<'s>(case: &Case<'s>) -> Option<Finding> {
    let sent = cookie::parse(case.exchange().sent("cookie")?).value;
    let carriers = sent.iter().filter(|pair| case.session.carries(case.record, pair.name) > Carries::No);
    let (pair, nth, old, new) = carriers.into_iter().find_map(|pair| {
        let old = public_address(pair.value)?;
        let (nth, new) = (0..case.record.receptions.len()).find_map(|nth| {
            let line = case.record.set_cookie(nth).filter(|line| line.name == pair.name)?;
            Some((nth, public_address(line.value)?))
        })?;
        (old != new).then_some((pair, nth, old, new))
    })?;
    let summary = format!("{} binds the session in {} to {old}, and the request came from {new}.", case.host(), pair.name);
    Some(
        Finding::new(&META, Certainty::Likely, summary)
            .about(pair.name)
            .shown(case.at(), Place::Sent("cookie", 0), "The session names the address that it was made for.")
            .shown(case.at(), Place::Received("set-cookie", nth), "The server puts one for another address in its place."),
    )
}

/// The address of the internet with which a value begins, before what nobody can guess.
fn public_address(value: &str) -> Option<Host> {
    let end = value.find(|letter: char| !letter.is_ascii_hexdigit() && !matches!(letter, '.' | ':'))?;
    let text = value.get(..end)?;
    let address = if text.contains(':') { Host::parse(&format!("[{text}]")) } else { Host::parse(text) }.ok()?;
    let is_public = match address {
        Host::Ipv4(four) if text.matches('.').count() == 3 => {
            let is_shared = matches!(four.octets(), [100, 64..=127, ..] | [0, ..] | [224..=255, ..]);
            !(four.is_private() || four.is_loopback() || four.is_link_local() || is_shared)
        }
        Host::Ipv6(six) => matches!(six.segments()[0], 0x2000..=0x3fff),
        Host::Ipv4(_) | Host::Domain(_) => false,
    };
    (is_public && value.len() - end > HANDLE).then_some(address)
}

/// Characters behind an address that make a value a session's.
const HANDLE: usize = 16;

/// Where a record shows the change: the cookie, and where the same value was accepted at another address just before.
fn change<'s>(case: &Case<'s>, at: usize, record: &'s Record) -> Option<(&'s str, usize, &'s Record)> {
    let here = record.exchange.server_address.as_deref()?;
    if record.facts.purpose.is_login() {
        return None;
    }
    record.facts.cookies.iter().find_map(|(name, value)| {
        let is_replaced = |record: &Record| record.facts.set_cookies.iter().any(|(set, theirs)| set == name && theirs != value);
        let bears = |other: &Record| other.facts.cookie(name).is_some_and(|theirs| theirs.is_surely(*value));
        let is_taken = |other: &Record, there: bool| {
            let address = other.exchange.server_address.as_deref();
            other.was_accepted() && !is_replaced(other) && bears(other) && address.is_some_and(|address| (address == here) == there)
        };
        let is_same_server = |other: &Record| other.exchange.received("server") == record.exchange.received("server");
        let just_before = |other: &Record| {
            let ago = record.exchange.started.since(other.exchange.started);
            (0..=AT_ONCE).contains(&ago) && is_taken(other, false) && is_same_server(other)
        };
        // Most exchanges show neither, and need not be held against all the others.
        if !is_replaced(record) && at != case.at() || case.session.carries(record, name) == Carries::No {
            return None;
        }
        let is_near = |other: &Record| record.exchange.started.since(other.exchange.started) <= AT_ONCE;
        let mut earlier = case.earlier().take_while(|(_, other)| is_near(other));
        let (before, accepted) = earlier.find(|(_, other)| just_before(other))?;
        let comes_back = || at == case.at() && case.later().any(|(_, other)| is_taken(other, false));
        let is_known_here = case.others().any(|(_, other)| is_taken(other, true));
        (!is_known_here && (is_replaced(record) || comes_back())).then_some((&**name, before, accepted))
    })
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{is_silent, reports};

    #[test]
    fn a_page_says_that_the_address_has_changed() {
        let bounced = |says: &str| {
            format!(
                "~ kind document\n> POST https://post.test/login\n> Content-Type: application/x-www-form-urlencoded\n>\n> u=a&password=b\n< 303 See Other\n< Location: /list\n< Set-Cookie: sid={{secret s 30}}; HttpOnly\n\n~ kind document\n> GET https://post.test/list\n> Cookie: sid={{secret s 30}}\n< 200 OK\n<\n< <h1>Post</h1>\n\n~ kind document\n> GET https://post.test/box\n> Cookie: sid={{secret s 30}}\n< 302 Found\n< Location: /login\n\n~ kind document\n> GET https://post.test/login\n> Cookie: sid={{secret s 30}}\n< 200 OK\n<\n< <ul><li>{says}</li></ul><form method=post><input name=u><input type=password name=p></form>\n"
            )
        };
        for says in
            ["Your IP address has changed.", "Ihre IP-Adresse hat sich geändert.", "Votre adresse IP a changé.", "IP-адрес изменился."]
        {
            reports(ID, &bounced(says));
        }
        is_silent(ID, &bounced("Your e-mail address has changed."));
        is_silent(ID, &bounced("Please log in."));
    }

    const ID: &str = "session-bound-to-address";
    const NEW: &str = "\n< Set-Cookie: sid={secret two 30}; HttpOnly";

    fn call(address: &str, sid: &str, answer: &str) -> String {
        format!("~ kind fetch\n~ server {address}\n> GET https://app.test/me\n> Cookie: sid={{secret {sid} 30}}\n< {answer}\n\n")
    }

    #[test]
    fn reports_a_session_that_ends_with_the_address() {
        reports(ID, &(call("192.0.2.1", "one", "200 OK") + &call("2001:db8::1", "one", &format!("401 Unauthorized{NEW}"))));
        let returns = call("192.0.2.1", "one", "200 OK");
        reports(ID, &(returns.clone() + &call("192.0.2.2", "one", "401 Unauthorized") + &returns));
        let page = call("192.0.2.2", "one", &format!("302 Found\n< Location: /start{NEW}"));
        reports(ID, &(returns + &page + &call("192.0.2.2", "two", "401 Unauthorized")));
    }

    #[test]
    fn reports_a_session_that_names_another_address() {
        let page = |sent: &str, set: &str| {
            format!(
                "> POST https://app.test/login\n>\n> user=a&password=b\n< 303 See Other\n< Location: /card\n< Set-Cookie: sid={sent}; HttpOnly\n\n~ kind document\n> GET https://app.test/card\n> Cookie: sid={sent}\n< 303 See Other\n< Location: /login\n< Set-Cookie: sid={set}; HttpOnly\n"
            )
        };
        reports(ID, &page("177.84.12.9-{secret s 30}", "187.26.71.140-{secret t 30}"));
        is_silent(ID, &page("177.84.12.9-{secret s 30}", "177.84.12.9-{secret t 30}"));
        is_silent(ID, &page("10.0.0.1-{secret s 30}", "10.0.0.2-{secret t 30}"));
    }

    #[test]
    fn passes_over_servers_that_share_their_sessions() {
        let known = call("192.0.2.1", "one", "200 OK") + &call("192.0.2.2", "one", "200 OK");
        is_silent(ID, &(known + &call("192.0.2.2", "one", &format!("401 Unauthorized{NEW}"))));
    }

    #[test]
    fn passes_over_sessions_that_end_otherwise() {
        let accepted = call("192.0.2.1", "one", "200 OK");
        is_silent(ID, &(accepted.clone() + &call("192.0.2.1", "one", &format!("401 Unauthorized{NEW}"))));
        is_silent(ID, &(accepted.clone() + "@ 40m\n" + &call("192.0.2.2", "one", &format!("401 Unauthorized{NEW}"))));
        is_silent(ID, &(accepted + &call("192.0.2.2", "one", "403 Forbidden")));
    }
}
