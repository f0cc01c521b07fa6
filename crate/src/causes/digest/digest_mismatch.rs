use crate::cause::{Case, Cause, CauseMeta};
use crate::declare_cause;
use crate::exchange::Exchange;
use crate::finding::{Certainty, Finding};
use crate::place::Place;
use crate::session::FailureKind;
use crate::syntax::credentials::Credentials;
use crate::syntax::digest::{self, Known};
use crate::syntax::redaction::is_mark;

declare_cause! {
    /// The Digest credentials were made for another request or another challenge than the server sees,
    /// so that no password could make them right. Often a proxy rewrites the path. Or they were used before,
    /// or made without the password that was to be filled in.
    ///
    /// ```http-notation
    /// > GET https://app.example.test/app/p
    /// > Authorization: Digest username="alice", realm="staff", nonce="n1", uri="/p", response="6629fae49393a05397450978507c4ef1", qop=auth, nc=00000001, cnonce="0a4f113b"
    /// < 401 Unauthorized
    /// < WWW-Authenticate: Digest realm="staff", nonce="n2", qop="auth"
    /// ```
    DigestMismatch {
        id: "digest-mismatch",
        family: "digest",
        side: Client,
        stage: CredentialSpoiled,
        title: "The Digest response cannot match",
        recognised: "uri, realm, qop, algorithm or opaque of the credentials differ from the request or from the challenge that they answer; a nonce count comes back that was accepted before; the response is that of an empty password or of a word like undefined.",
        remedies: [
            (User, "Nothing to do; tell the site's operators.", "The page opens."),
            (Developer, "Make the response for exactly the target that is sent, with the realm, opaque and algorithm of the challenge.", "uri in the credentials equals the request's target."),
            (Administrator, "Let the proxy keep the path, or do Digest at the proxy itself.", "The server sees the target that the browser signed."),
        ],
        references: [("RFC 7616 3.4: the Authorization header field", "https://www.rfc-editor.org/rfc/rfc7616#section-3.4")],
    }
}

impl Cause for DigestMismatch {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        let exchange = case.exchange();
        let bore = case.facts().credentials.as_ref().is_some_and(|credentials| credentials.is("digest"));
        if case.failure.kind != FailureKind::Refused || !matches!(exchange.status(), 400 | 401) || !bore {
            return None;
        }
        let sent = case.record.sent_credentials()?;
        let mut faults = Vec::new();
        let target = match exchange.url.query() {
            Some(query) => format!("{}?{query}", exchange.url.path()),
            None => exchange.url.path().to_owned(),
        };
        if let Some(uri) = sent.param("uri").filter(|uri| *uri != target && *uri != exchange.url.as_str() && !is_mark(uri)) {
            faults.push(format!("They are for {uri}; the request asks for {target}."));
        }
        let nonce = sent.param("nonce");
        let answered = case.earlier_and_here().find_map(|(_, record)| {
            record.facts.challenges.iter().find(|challenge| challenge.is("digest") && challenge.param("nonce") == nonce)
        });
        let challenge = answered.or_else(|| case.facts().challenge("digest"));
        for name in ["realm", "algorithm", "opaque"] {
            let asked = challenge.and_then(|challenge| challenge.param(name)).or(if name == "algorithm" { Some("MD5") } else { None });
            let got = sent.param(name).or(if name == "algorithm" { Some("MD5") } else { None });
            // Opaque belongs to its nonce; of another challenge nothing follows.
            let counts = name != "opaque" || answered.is_some();
            if let (Some(asked), true) = (asked, counts)
                && ![Some(asked), got].into_iter().flatten().any(is_mark)
                && !got.is_some_and(|got| got.eq_ignore_ascii_case(asked))
            {
                faults.push(format!("Their {name} is {}; the challenge has {asked}.", got.unwrap_or("missing")));
            }
        }
        if let Some(qop) = sent.param("qop")
            && let Some(offered) = challenge.and_then(|challenge| challenge.param("qop"))
            && ![offered, qop].into_iter().any(is_mark)
            && !digest::offers(offered, qop)
        {
            faults.push(format!("Their qop is {qop}; the challenge offers {offered}."));
        }
        let mut certainty = Certainty::Proved;
        if faults.is_empty() {
            certainty = Certainty::Likely;
            faults.extend(spent(case, &sent).or_else(|| unfilled(exchange, &sent)));
        }
        if faults.is_empty() && case.session.is_digest_for_another_target(case.at(), case.record) {
            certainty = if REWRITTEN.iter().any(|sign| target.contains(sign)) { Certainty::Likely } else { Certainty::Possible };
            faults.push("The server answers 400, as for another target: something between may have changed it.".to_owned());
        }
        let first = faults.first()?.clone();
        let finding =
            Finding::new(&META, certainty, format!("The Digest credentials of {} cannot match. {first}", case.request())).about(first);
        Some(faults.into_iter().fold(finding, |finding, says| finding.shown(case.at(), Place::Sent("authorization", 0), says)))
    }
}

/// Whether the nonce was accepted before with the same count, by which servers know a replay (RFC 7616 3.4).
fn spent(case: &Case<'_>, sent: &Credentials<'_>) -> Option<String> {
    let count = digest::nonce_count(sent).filter(|_| !sent.param("nonce").is_some_and(is_mark))?;
    let before = case.earlier().find(|(_, record)| {
        let theirs = record.sent_credentials().filter(|_| record.was_accepted());
        theirs.is_some_and(|theirs| theirs.param("nonce") == sent.param("nonce") && digest::nonce_count(&theirs) == Some(count))
    });
    before.map(|(at, _)| format!("Their nonce was counted as use {count} in exchange {} already.", case.number(at)))
}

/// What proxies write otherwise before they hand a target on.
const REWRITTEN: [&str; 3] = ["%", "//", ";"];

/// What stands where a program was to fill in a password.
const UNFILLED: [(&str, &str); 4] = [
    ("", "an empty password"),
    ("undefined", "the word undefined"),
    ("null", "the word null"),
    ("[object Object]", "an object of a script"),
];

/// Whether the response is that of no password at all.
fn unfilled(exchange: &Exchange, sent: &Credentials<'_>) -> Option<String> {
    let body = exchange.request.body.as_ref().map_or("", |body| &*body.text).as_bytes();
    let (username, response) = (sent.param("username")?.as_bytes(), sent.param("response")?);
    let is_made_of = |password: &str| {
        let known = Known { username, password: password.as_bytes(), method: &exchange.method, body };
        digest::response(sent, known).is_some_and(|made| made.eq_ignore_ascii_case(response))
    };
    UNFILLED.iter().find(|(password, _)| is_made_of(password)).map(|(_, what)| format!("Their response is made of {what}."))
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{is_healthy, is_silent, reports};

    const ID: &str = "digest-mismatch";

    fn call(credentials: &str, challenge: &str) -> String {
        format!(
            "> GET https://app.test/p\n< 401 Unauthorized\n< WWW-Authenticate: Digest realm=\"r\", nonce=\"n1\", qop=\"auth\"\n\n> GET https://app.test/p\n> Authorization: {credentials}\n< 401 Unauthorized\n{challenge}"
        )
    }

    const GOOD: &str = "Digest username=\"a\", realm=\"r\", nonce=\"n1\", uri=\"/p\", response=\"00\", qop=auth, nc=00000001, cnonce=\"c\"";
    const ASKS: &str = "< WWW-Authenticate: Digest realm=\"r\", nonce=\"n1\", qop=\"auth\"\n";

    #[test]
    fn a_server_that_got_another_target_answers_400() {
        let session = call(GOOD, "").replace(&format!("{GOOD}\n< 401 Unauthorized"), &format!("{GOOD}\n< 400 Bad Request"));
        reports(ID, &session);
        let (_, alone) = session.split_once("\n\n").unwrap();
        is_silent(ID, alone);
        // The same credentials are taken elsewhere, or the content is what is refused.
        is_silent(ID, &(session.clone() + "\n" + &alone.replace("400 Bad Request", "200 OK")));
        let says = |text: &str| format!("{}\n<\n< {text}\n", session.trim_end());
        for own in
            ["{\"error\":\"value out of range\"}", "Error: Invalid Parameter: value", "<h1>Bad Request</h1><p>level is out of range</p>"]
        {
            is_silent(ID, &says(own));
        }
        for stock in [
            "Bad Request",
            "<title>400 Bad Request</title><h1>Bad Request</h1><p>Your browser sent a request that this server could not understand.</p>",
        ] {
            reports(ID, &says(stock));
        }
        let sends = |session: &str| session.replace("> GET", "> POST").replace("\n< 4", "\n>\n> zone=4\n< 4");
        is_silent(ID, &sends(&session));
    }

    #[test]
    fn passes_over_what_was_hidden() {
        for part in ["realm=\"r\"", "qop=auth", "uri=\"/p\""] {
            let name = part.split('=').next().unwrap();
            is_silent(ID, &call(&GOOD.replace(part, &format!("{name}=\"[REDACTED]\"")), ASKS));
        }
        is_silent(ID, &call(GOOD, ASKS).replace("Digest realm=\"r\", nonce=\"n1\", qop", "Digest realm=\"***\", nonce=\"***\", qop"));
    }

    #[test]
    fn names_what_differs() {
        for (from, to, what) in
            [("/p", "/other", "/other"), ("realm=\"r\"", "realm=\"s\"", "realm is s"), ("qop=auth", "qop=auth-int", "auth-int")]
        {
            assert!(reports(ID, &call(&GOOD.replace(from, to), ASKS)).contains(what));
        }
        reports(ID, &call(&GOOD.replace("qop=auth", "algorithm=SHA-256, qop=auth"), ASKS));
    }

    #[test]
    fn names_a_count_that_was_accepted_before() {
        let once = format!("> GET https://app.test/p\n> Authorization: {GOOD}\n< 200 OK\n\n");
        assert!(reports(ID, &(once.clone() + call(GOOD, ASKS).split_once("\n\n").unwrap().1)).contains("use 1 in exchange 0"));
        is_silent(ID, &(once.clone() + &call(&GOOD.replace("00000001", "00000002"), ASKS)));
        is_silent(ID, &(once + &call(&GOOD.replace("n1", "n3"), &ASKS.replace("n1", "n3"))));
    }

    #[test]
    fn names_a_password_that_nobody_filled_in() {
        let of = |response: &str| GOOD.replace("response=\"00\"", &format!("response=\"{response}\""));
        // MD5 by hand, after RFC 7616 3.4.1: of a:r: and of a:r:undefined.
        for (response, what) in
            [("03b1ed6e0e6ee4056f3991a45cc3e51b", "an empty password"), ("742ea038677902c5dd0a4f91559e75e0", "undefined")]
        {
            assert!(reports(ID, &call(&of(response), ASKS)).contains(what));
        }
        // Of a:r:wonder.
        is_silent(ID, &call(&of("29c2529f15b68eb7ed81cc47f14cdb00"), ASKS));
    }

    #[test]
    fn passes_over_credentials_that_fit() {
        is_silent(ID, &call(GOOD, ASKS));
        is_silent(ID, &call(&GOOD.replace("uri=\"/p\"", "uri=\"https://app.test/p\""), ASKS));
        is_silent(ID, &call(&GOOD.replace("qop=auth", "algorithm=MD5, qop=auth"), &ASKS.replace("n1", "n2")));
    }

    #[test]
    fn passes_over_a_login_that_succeeds() {
        is_healthy(&call(&GOOD.replace("/p", "/x"), ASKS).replacen("< 401 Unauthorized", "< 200 OK", 2));
    }
}
