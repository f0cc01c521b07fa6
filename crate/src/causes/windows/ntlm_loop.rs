use super::{Leg, is_windows, legs, was_let_in};
use crate::cause::{Case, Cause, CauseMeta};
use crate::declare_cause;
use crate::finding::{Certainty, Finding};
use crate::place::Place;
use crate::session::Record;
use crate::syntax::ntlm::Message;

declare_cause! {
    /// NTLM needs three messages over one connection. Here they begin anew again and again, or go over
    /// several connections: something between browser and server does not keep the connection.
    ///
    /// ```http-notation
    /// ~ kind document
    /// ~ connection a
    /// > GET https://intranet.example.test/
    /// > Authorization: NTLM TlRMTVNTUAABAAAAAgIAAA==
    /// < 401 Unauthorized
    /// < WWW-Authenticate: NTLM TlRMTVNTUAACAAAAAAAAADgAAAABggIAAQIDBAUGBwgAAAAAAAAAAAQABAA4AAAAAAAAAAAAAAAAAAAA
    ///
    /// ~ kind document
    /// ~ connection b
    /// > GET https://intranet.example.test/
    /// > Authorization: NTLM TlRMTVNTUAADAAAAAAAAAEAAAAAAAAAAQAAAAAAAAABAAAAAAAAAAEAAAAAAAAAAQAAAAAAAAABAAAAAAYIAAA==
    /// < 401 Unauthorized
    /// < WWW-Authenticate: NTLM
    /// ```
    NtlmLoop {
        id: "ntlm-loop",
        family: "windows",
        side: Server,
        stage: CredentialSpoiled,
        title: "The NTLM handshake never finishes",
        recognised: "The messages of one handshake go over different connections, the first message is sent again and again, or the server closes the connection in between; or a user is refused who was let in shortly before.",
        remedies: [
            (User, "Try without a proxy, or ask the administrator.", "The page opens."),
            (Developer, "Do not put a balancer that shares connections between users in front of NTLM.", "All three messages go over one connection."),
            (Administrator, "Keep the connection between browser and server: no HTTP/2 towards NTLM servers, no connection pooling at the proxy; better, use Kerberos.", "The third message is answered by 200."),
        ],
        references: [("MS-NTHT: NTLM over HTTP", "https://learn.microsoft.com/openspecs/windows_protocols/ms-ntht/")],
    }
}

impl Cause for NtlmLoop {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        if !is_windows(case) {
            return None;
        }
        let legs: Vec<Leg<'_>> = legs(case).collect();
        let message = |leg: &Leg<'_>| leg.2.sent.as_ref().and_then(|sent| sent.ntlm()).cloned();
        let is_first = |leg: &&Leg<'_>| matches!(message(leg), Some(Message::Negotiate(_)));
        // The server's answer to the first message binds the handshake to its connection.
        let moved = legs.iter().zip(legs.iter().skip(1)).find(|(later, earlier)| {
            let (now, before) = (&later.1.exchange.connection, &earlier.1.exchange.connection);
            matches!(message(later), Some(Message::Authenticate(_))) && now.is_some() && before.is_some() && now != before
        });
        let closed = legs
            .iter()
            .filter(is_first)
            .find(|leg| leg.1.exchange.received("connection").is_some_and(|value| value.eq_ignore_ascii_case("close")));
        // A server that never answers the first message takes no part in a handshake.
        let is_challenged = |leg: &Leg<'_>| {
            let received = leg.2.received.as_ref().and_then(|received| received.ntlm());
            matches!(received, Some(Message::Challenge(_)))
        };
        // One that came to its third message got to its end, whatever the answer.
        let is_answered = |nth: usize| {
            let later = nth.checked_sub(1).and_then(|later| legs.get(later));
            later.is_some_and(|later| matches!(message(later), Some(Message::Authenticate(_))))
        };
        let begun = legs.iter().enumerate().filter(|(nth, leg)| is_first(leg) && !is_answered(*nth)).count();
        let is_unfinished = || format!("The NTLM handshake with {} does not get to its end.", case.host());
        let let_in = was_let_in(case);
        let (position, place, says, summary) = if let Some((later, _)) = moved {
            (later.0, Place::Sent("authorization", 0), "This message went over another connection than the one before.", is_unfinished())
        } else if let Some(leg) = closed {
            (
                leg.0,
                Place::Received("connection", 0),
                "The server closes the connection on which the handshake must go on.",
                is_unfinished(),
            )
        } else if let Some(let_in) = let_in {
            let summary = format!("{} refuses by NTLM a user who was let in shortly before.", case.host());
            (let_in, Place::Sent("authorization", 0), "The same user was let in here, over another handshake.", summary)
        } else if begun >= LEAST && legs.iter().any(is_challenged) {
            (case.at(), Place::Sent("authorization", 0), "This is the first message of a handshake, once more.", is_unfinished())
        } else {
            return None;
        };
        // Another page may be shut to a user who is known.
        let is_other = |record: &Record| let_in == Some(position) && record.exchange.url != case.exchange().url;
        let certainty = if case.session.record(position).is_some_and(is_other) { Certainty::Possible } else { Certainty::Likely };
        Some(Finding::new(&META, certainty, summary).about(case.host()).shown(position, place, says).shown(
            case.at(),
            Place::Status,
            "The server asks anew.",
        ))
    }
}

/// Handshakes begun for one page before it counts as a circle: a second one is a second password.
const LEAST: usize = 3;

#[cfg(test)]
mod tests {
    use crate::causes::testing::{is_healthy, is_silent, reports};

    const ID: &str = "ntlm-loop";

    fn leg(connection: &str, token: &str, answer: &str) -> String {
        format!(
            "~ kind document\n~ connection {connection}\n> GET https://intra.test/\n> Authorization: NTLM {token}\n< 401 Unauthorized\n< WWW-Authenticate: NTLM{answer}\n\n"
        )
    }

    #[test]
    fn reports_other_connections_closed_ones_and_circles() {
        reports(
            ID,
            &(leg("a", "TlRMTVNTUAABAAAAAgIAAA==", " TlRMTVNTUAACAAAAAAAAADgAAAABggIAAQIDBAUGBwgAAAAAAAAAAAQABAA4AAAAAAAAAAAAAAAAAAAA")
                + &leg("b", "TlRMTVNTUAADAAAAAAAAAEAAAAAAAAAAQAAAAAAAAABAAAAAAAAAAEAAAAAAAAAAQAAAAAAAAABAAAAAAYIAAA==", "")),
        );
        reports(
            ID,
            &(leg(
                "a",
                "TlRMTVNTUAABAAAAAgIAAA==",
                " TlRMTVNTUAACAAAAAAAAADgAAAABggIAAQIDBAUGBwgAAAAAAAAAAAQABAA4AAAAAAAAAAAAAAAAAAAA\n< Connection: close",
            ) + &leg("a", "TlRMTVNTUAADAAAAAAAAAEAAAAAAAAAAQAAAAAAAAABAAAAAAAAAAEAAAAAAAAAAQAAAAAAAAABAAAAAAYIAAA==", "")),
        );
        reports(
            ID,
            &leg("a", "TlRMTVNTUAABAAAAAgIAAA==", " TlRMTVNTUAACAAAAAAAAADgAAAABggIAAQIDBAUGBwgAAAAAAAAAAAQABAA4AAAAAAAAAAAAAAAAAAAA")
                .repeat(4),
        );
    }

    #[test]
    fn passes_over_a_wrong_password_on_one_connection() {
        is_silent(
            ID,
            &(leg("a", "TlRMTVNTUAABAAAAAgIAAA==", " TlRMTVNTUAACAAAAAAAAADgAAAABggIAAQIDBAUGBwgAAAAAAAAAAAQABAA4AAAAAAAAAAAAAAAAAAAA")
                + &leg("a", "TlRMTVNTUAADAAAAAAAAAEAAAAAAAAAAQAAAAAAAAABAAAAAAAAAAEAAAAAAAAAAQAAAAAAAAABAAAAAAYIAAA==", "")),
        );
    }

    #[test]
    fn who_was_let_in_before_did_not_mistype() {
        let legs = |path: &str, user: &str, answer: &str| {
            let leg = |message: &str, answer: &str| {
                format!(
                    "~ kind document\n~ connection a\n> GET https://intra.test{path}\n> Authorization: NTLM {{ntlm {message}}}\n< {answer}\n\n"
                )
            };
            leg("negotiate", "401 Unauthorized\n< WWW-Authenticate: NTLM {ntlm challenge domain=CORP server=WEB01}")
                + &leg(&format!("authenticate domain=CORP user={user} workstation=PC7"), answer)
        };
        let (taken, refused) = ("200 OK", "401 Unauthorized\n< WWW-Authenticate: NTLM");
        reports(ID, &(legs("/", "alice", taken) + &legs("/", "alice", refused)));
        is_silent("wrong-credentials", &(legs("/", "alice", taken) + &legs("/site.css", "alice", refused)));
        is_silent(ID, &(legs("/", "alice", taken) + &legs("/", "bob", refused)));
        // By the next day a password may have run out.
        for later in ["@ 2h\n", "@ 20h\n"] {
            reports("wrong-credentials", &(legs("/", "alice", taken) + later + &legs("/", "alice", refused)));
        }
        let found = reports(ID, &(legs("/", "alice", taken) + "@ 20m\n" + &legs("/", "alice", refused)));
        assert!(!found.contains("does not get to its end"), "{found}");
    }

    #[test]
    fn who_was_let_in_by_another_name_does_not_mistype_time_and_again() {
        let legs = |host: &str, domain: &str, answer: &str| {
            let leg = |message: &str, answer: &str| {
                format!("~ kind document\n~ connection a\n> GET https://{host}/\n> Authorization: NTLM {{ntlm {message}}}\n< {answer}\n\n")
            };
            leg("negotiate", "401 Unauthorized\n< WWW-Authenticate: NTLM {ntlm challenge domain=CORP server=WEB01}")
                + &leg(&format!("authenticate domain={domain} user=alice workstation=PC7"), answer)
        };
        let (taken, refused) = ("200 OK", "401 Unauthorized\n< WWW-Authenticate: NTLM");
        let let_in = legs("web01.test", "CORP", taken);
        reports(ID, &(let_in.clone() + &legs("intra.test", "CORP", refused).repeat(3)));
        reports("wrong-credentials", &(let_in.clone() + &legs("intra.test", "CORP", refused)));
        is_silent("wrong-credentials", &(let_in.clone() + &legs("intra.test", "CORP", refused).repeat(3)));
        is_silent(ID, &(let_in + &legs("intra.test", "OTHER", refused).repeat(2)));
    }

    #[test]
    fn passes_over_a_handshake_that_succeeds() {
        is_healthy(
            &(leg("a", "TlRMTVNTUAABAAAAAgIAAA==", " TlRMTVNTUAACAAAAAAAAADgAAAABggIAAQIDBAUGBwgAAAAAAAAAAAQABAA4AAAAAAAAAAAAAAAAAAAA")
                + &leg("a", "TlRMTVNTUAADAAAAAAAAAEAAAAAAAAAAQAAAAAAAAABAAAAAAAAAAEAAAAAAAAAAQAAAAAAAAABAAAAAAYIAAA==", "")
                    .replace("401 Unauthorized\n< WWW-Authenticate: NTLM", "200 OK")),
        );
    }
}
