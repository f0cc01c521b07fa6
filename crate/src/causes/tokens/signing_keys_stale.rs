use super::{described, refuses_token};
use crate::cause::{Case, Cause, CauseMeta};
use crate::declare_cause;
use crate::finding::{Certainty, Finding};
use crate::place::Place;
use crate::syntax::jwt::signature::Verdict;

declare_cause! {
    /// The server could not verify a token that is genuine: the provider publishes the key that signed it, and the
    /// server still works with the keys that it loaded before. Mostly the provider changed its keys, and the server
    /// keeps them for too long or cannot reach the provider.
    ///
    /// ```http-notation
    /// > GET https://id.example.test/jwks
    /// < 200 OK
    /// < Content-Type: application/json
    /// <
    /// < {"keys": [{"kty": "RSA", "kid": "2026-01", "n": "AQAB", "e": "AQAB"}]}
    ///
    /// > GET https://api.example.test/me
    /// > Authorization: Bearer {jwt kid=2026-01 exp=+300}
    /// < 401 Unauthorized
    /// < WWW-Authenticate: Bearer error="invalid_token", error_description="The signature key was not found"
    /// ```
    SigningKeysStale {
        id: "signing-keys-stale",
        family: "tokens",
        side: Server,
        stage: TokenUnfit,
        title: "The server does not know the key that signed the token",
        recognised: "The answer speaks of the signature or its key, while the provider's key set in the session has the key that the token names, or the same token was accepted by this API.",
        remedies: [
            (User, "Try again in some minutes; if it stays so, tell the API's operators.", "The page opens."),
            (Developer, "Let the API load the key set again when it meets an unknown kid, and not only when it starts.", "A token with a new kid is accepted at once."),
            (Administrator, "Restart the API or empty its cache of keys, check that every instance reaches the provider's jwks_uri, and keep old keys published while tokens of theirs live.", "The API's log shows the new kid."),
        ],
        references: [("OpenID Connect Core 10.1.1: rotation of signing keys", "https://openid.net/specs/openid-connect-core-1_0.html#RotateSigKeys"), ("RFC 7517 4.5: kid", "https://www.rfc-editor.org/rfc/rfc7517#section-4.5")],
    }
}

/// Words with which descriptions speak of a key or of what it signed, in lower case.
const WORDS: [&str; 5] = ["signature", "key", "keys", "kid", "jwks"];

impl Cause for SigningKeysStale {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        let jwt = case.facts().token().and_then(|token| token.jwt()).filter(|_| refuses_token(case))?;
        let kid = jwt.header.kid.as_deref()?;
        let summary = format!("{} does not know the key {kid}, which signed the token of {}.", case.host(), case.request());
        let said = described(case, &META, &WORDS, summary.clone());
        let stated = case.stated("token-signature-invalid").map(|stated| {
            let certainty = if stated.in_words { Certainty::Likely } else { Certainty::Stated };
            Finding::new(&META, certainty, summary).said().shown(
                stated.at,
                stated.place.clone(),
                "The server says that it cannot verify the token.",
            )
        });
        let finding =
            said.or(stated)?.about(kid).shown(case.at(), Place::Sent("authorization", 0), format!("The token names the key {kid}."));
        let token = case.exchange().sent("authorization").and_then(|field| field.split_once(' ')).map(|(_, token)| token.trim());
        match token.and_then(|token| case.session.signature(token, jwt)) {
            Some((at, Verdict::Good)) => {
                return Some(finding.shown(at, Place::Target, "A key of this key set made the token's signature."));
            }
            Some((_, Verdict::Bad)) => return None,
            _ => {}
        }
        let published = case.session.key_sets().find(|(_, keys)| keys.iter().any(|key| key == kid));
        if let Some((at, _)) = published {
            return Some(finding.shown(at, Place::Target, format!("This key set has {kid}.")));
        }
        let (at, _) = case.accepted_elsewhere().next()?;
        Some(finding.shown(at, Place::Status, "Here the same token was accepted, so one of the servers behind this name has the key."))
    }
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{is_silent, reports};

    const ID: &str = "signing-keys-stale";

    const KEYS: &str =
        "> GET https://id.test/jwks\n< 200 OK\n<\n< {\"keys\":[{\"kty\":\"RSA\",\"kid\":\"new\"},{\"kty\":\"RSA\",\"kid\":\"newer\"}]}\n\n";

    fn call(kid: &str, answer: &str) -> String {
        format!("~ kind fetch\n> GET https://api.test/me\n> Authorization: Bearer {{jwt kid={kid} sub=alice}}\n< {answer}\n\n")
    }

    const UNKNOWN: [&str; 3] = [
        "401 Unauthorized\n< WWW-Authenticate: Bearer error=\"invalid_token\", error_description=\"Signed JWT rejected: Another algorithm expected, or no matching key(s) found\"",
        "401 Unauthorized\n< WWW-Authenticate: Bearer error=\"invalid_token\", error_description=\"The signature key was not found\"",
        "401 Unauthorized\n<\n< Jwks doesn't have key to match kid or alg from Jwt",
    ];

    #[test]
    fn reports_a_key_that_the_provider_publishes() {
        for answer in UNKNOWN {
            reports(ID, &(KEYS.to_owned() + &call("new", answer)));
        }
    }

    #[test]
    fn reports_servers_of_which_one_has_the_key() {
        reports(ID, &(call("new", "200 OK") + &call("new", UNKNOWN[1])));
    }

    #[test]
    fn passes_over_keys_that_nobody_publishes() {
        reports("token-signature-invalid", &(KEYS.to_owned() + &call("old", UNKNOWN[1])));
        is_silent(ID, &call("new", UNKNOWN[1]));
    }

    #[test]
    fn passes_over_tokens_that_are_refused_for_something_else() {
        is_silent(
            ID,
            &(KEYS.to_owned()
                + &call(
                    "new",
                    "401 Unauthorized\n< WWW-Authenticate: Bearer error=\"invalid_token\", error_description=\"The token has expired\"",
                )),
        );
        is_silent(ID, &(KEYS.to_owned() + &call("new", "401 Unauthorized")));
    }
}
