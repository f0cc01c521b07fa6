use crate::cause::{Case, Cause, CauseMeta};
use crate::declare_cause;
use crate::finding::{Certainty, Finding};
use crate::place::Place;
use crate::session::FailureKind;
use crate::syntax::credentials;

declare_cause! {
    /// The Digest credentials were made for another request or another challenge than the server sees,
    /// so that no password could make them right. Often a proxy rewrites the path.
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
        recognised: "uri, realm, qop, algorithm or opaque of the credentials differ from the request or from the challenge that they answer.",
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
        let sent = credentials::parse(exchange.sent("authorization")?).value;
        let mut faults = Vec::new();
        let target = match exchange.url.query() {
            Some(query) => format!("{}?{query}", exchange.url.path()),
            None => exchange.url.path().to_owned(),
        };
        if let Some(uri) = sent.param("uri").filter(|uri| *uri != target && *uri != exchange.url.as_str()) {
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
                && !got.is_some_and(|got| got.eq_ignore_ascii_case(asked))
            {
                faults.push(format!("Their {name} is {}; the challenge has {asked}.", got.unwrap_or("missing")));
            }
        }
        if let Some(qop) = sent.param("qop")
            && let Some(offered) = challenge.and_then(|challenge| challenge.param("qop"))
            && !offered.split(',').any(|offer| offer.trim().eq_ignore_ascii_case(qop))
        {
            faults.push(format!("Their qop is {qop}; the challenge offers {offered}."));
        }
        let first = faults.first()?.clone();
        let finding = Finding::new(&META, Certainty::Proved, format!("The Digest credentials of {} cannot match. {first}", case.request()))
            .about(first);
        Some(faults.into_iter().fold(finding, |finding, says| finding.shown(case.at(), Place::Sent("authorization", 0), says)))
    }
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
    fn names_what_differs() {
        for (from, to, what) in
            [("/p", "/other", "/other"), ("realm=\"r\"", "realm=\"s\"", "realm is s"), ("qop=auth", "qop=auth-int", "auth-int")]
        {
            assert!(reports(ID, &call(&GOOD.replace(from, to), ASKS)).contains(what));
        }
        reports(ID, &call(&GOOD.replace("qop=auth", "algorithm=SHA-256, qop=auth"), ASKS));
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
