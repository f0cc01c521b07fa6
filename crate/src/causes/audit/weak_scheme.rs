use crate::cause::{Cause, CauseMeta};
use crate::declare_cause;
use crate::facts::messages::{Message, MessageKind};
use crate::facts::tokens::Carrier;
use crate::finding::Risk;
use crate::place::Place;
use crate::session::Record;

declare_cause! {
    /// The login works, by means that are no longer advised: MD5, NTLM, the implicit flow, a code challenge in
    /// clear, a token that nobody signed.
    ///
    /// ```http-notation
    /// > GET https://app.example.test/
    /// < 401 Unauthorized
    /// < WWW-Authenticate: Digest realm=\"r\", nonce=\"n\", algorithm=MD5
    /// ```
    WeakScheme {
        id: "weak-scheme",
        family: "audit",
        side: Server,
        stage: AnswerFaulty,
        title: "A weak scheme or algorithm is in use",
        recognised: "A Digest challenge offers nothing better than MD5, NTLM is offered or used, an authorization request uses the implicit flow or a plain code challenge, or a bearer token is unsigned.",
        remedies: [
            (User, "Nothing to do; the site's operators can choose a stronger way.", "The login still works."),
            (Developer, "Use the authorization code flow with PKCE S256, and signed tokens.", "The authorization request has response_type=code and code_challenge_method=S256."),
            (Administrator, "Offer SHA-256 beside MD5, Kerberos instead of NTLM, and switch the implicit flow off.", "The challenge and the provider's metadata no longer list the weak way."),
        ],
        references: [("RFC 9700: best current practice for OAuth security", "https://www.rfc-editor.org/rfc/rfc9700"), ("RFC 7616 5.13: MD5 in Digest", "https://www.rfc-editor.org/rfc/rfc7616#section-5.13")],
    }
}

impl Cause for WeakScheme {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn risks(&self, record: &Record) -> Vec<Risk> {
        let mut risks = Vec::new();
        let host = record.exchange.url.host_str().unwrap_or_default();
        for (place, says) in [weak_challenge(record), weak_message(record), unsigned_token(record)].into_iter().flatten() {
            risks.push(Risk::new(host, place, says));
        }
        risks
    }

    fn risk(&self, host: &str) -> String {
        format!("{host} is used with a scheme or algorithm that is no longer advised.")
    }
}

fn weak_challenge(record: &Record) -> Option<(Place, &'static str)> {
    let challenges = &record.facts.challenges;
    let is_md5 = |algorithm: Option<&str>| algorithm.is_none_or(|algorithm| algorithm.to_ascii_uppercase().starts_with("MD5"));
    let digests = || challenges.iter().filter(|challenge| challenge.is("digest"));
    if let Some(first) = digests().next().filter(|_| digests().all(|challenge| is_md5(challenge.param("algorithm")))) {
        return Some((Place::Received("www-authenticate", first.field), "Digest with MD5 and nothing better: RFC 7616 asks for SHA-256."));
    }
    let ntlm = challenges.iter().find(|challenge| challenge.is("ntlm"))?;
    Some((Place::Received("www-authenticate", ntlm.field), "NTLM is deprecated: its answers can be passed on to other servers."))
}

fn weak_message(record: &Record) -> Option<(Place, &'static str)> {
    let requests = |message: &&Message| matches!(message.kind, MessageKind::AuthorizationRequest | MessageKind::PushedRequest);
    let request = record.facts.messages.iter().find(requests)?;
    let asks_for_token = request.param("response_type").is_some_and(|types| types.split(' ').any(|kind| kind == "token"));
    let is_plain =
        request.param("code_challenge").is_some() && request.param("code_challenge_method").is_none_or(|method| method == "plain");
    if asks_for_token {
        Some((Place::Target, "The implicit flow hands the access token out in an address: RFC 9700 2.1.2."))
    } else {
        is_plain.then_some((Place::Target, "The code challenge is the verifier itself: RFC 9700 2.1.1 asks for S256."))
    }
}

fn unsigned_token(record: &Record) -> Option<(Place, &'static str)> {
    let mut borne = record.facts.tokens.iter().filter(|seen| seen.carrier == Carrier::Authorization);
    let is_unsigned =
        borne.any(|seen| seen.token.jwt().and_then(|jwt| jwt.header.alg.as_deref()).is_some_and(|alg| alg.eq_ignore_ascii_case("none")));
    is_unsigned.then_some((Place::Sent("authorization", 0), "The token has alg none: anybody can write one."))
}

#[cfg(test)]
mod tests {
    use crate::causes::audit::testing::{passes, warns};

    const ID: &str = "weak-scheme";

    fn challenge(value: &str) -> String {
        format!("> GET https://app.test/\n< 401 Unauthorized\n< WWW-Authenticate: {value}\n")
    }

    fn authorize(query: &str) -> String {
        format!(
            "~ kind document\n> GET https://id.test/authorize?client_id=app&redirect_uri=https://app.test/cb&state=s&{query}\n< 200 OK\n"
        )
    }

    #[test]
    fn warns_of_md5_ntlm_implicit_plain_and_unsigned() {
        warns(ID, &challenge("Digest realm=\"r\", nonce=\"n\""));
        warns(ID, &challenge("NTLM"));
        warns(ID, &authorize("response_type=token"));
        warns(ID, &authorize("response_type=code&code_challenge=abc"));
        warns(ID, "> GET https://app.test/\n> Authorization: Bearer {jwt alg=none exp=+60}\n< 200 OK\n");
    }

    #[test]
    fn passes_what_is_advised() {
        passes(
            ID,
            &challenge(
                "Digest realm=\"r\", nonce=\"n\", algorithm=SHA-256\n< WWW-Authenticate: Digest realm=\"r\", nonce=\"n\", algorithm=MD5",
            ),
        );
        passes(ID, &challenge("Negotiate"));
        passes(ID, &challenge("Basic realm=\"r\""));
        passes(ID, &authorize("response_type=code&code_challenge=abc&code_challenge_method=S256"));
        passes(ID, "> GET https://app.test/\n> Authorization: Bearer {jwt exp=+60}\n< 200 OK\n");
    }
}
