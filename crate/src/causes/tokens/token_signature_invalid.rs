use super::{described, refuses_token};
use crate::cause::{Case, Cause, CauseMeta};
use crate::causes::stated;
use crate::declare_cause;
use crate::facts::Purpose;
use crate::finding::Finding;
use crate::place::Place;
use crate::syntax::jwt::signature::Verdict;

declare_cause! {
    /// The server could not verify who signed the token: the key that it names is not among the
    /// provider's keys, the algorithm is not allowed, or the token was changed on its way.
    ///
    /// ```http-notation
    /// > GET https://api.example.test/me
    /// > Authorization: Bearer {jwt kid=old exp=+300}
    /// < 401 Unauthorized
    /// < WWW-Authenticate: Bearer error="invalid_token", error_description="The signature is invalid"
    /// ```
    TokenSignatureInvalid {
        id: "token-signature-invalid",
        family: "tokens",
        side: Client,
        stage: TokenUnfit,
        title: "The token's signature is rejected",
        recognised: "A refusal that speaks of the signature, the key or the algorithm; alg none; a kid that is not in the provider's key set in the session, or a signature that its key did not make.",
        remedies: [
            (User, "Log out and in again for a new token.", "The page opens."),
            (Developer, "Send the token as it was issued, and take a new one after the provider changed its keys.", "kid of the token is in the provider's key set."),
            (Administrator, "Let the API load the provider's key set again, check that it can reach it, and that it allows the token's algorithm.", "The API's log shows the new kid."),
        ],
        references: [("RFC 7515 4.1.4: kid", "https://www.rfc-editor.org/rfc/rfc7515#section-4.1.4"), ("RFC 8725: best current practices for JWTs", "https://www.rfc-editor.org/rfc/rfc8725")],
    }
}

impl Cause for TokenSignatureInvalid {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        if !refuses_token(case) {
            // An application that redeems a code itself verifies what it got for it.
            let summary = format!("{} could not verify the token that the provider gave it.", case.host());
            let is_oauth = case.facts().purpose == Purpose::Callback && case.facts().saml.is_empty();
            return is_oauth.then(|| stated(case, &META, summary)).flatten();
        }
        let jwt = case.facts().token().and_then(|token| token.jwt());
        let header = jwt.map(|jwt| &jwt.header);
        let summary = format!("{} could not verify the signature of the token of {}.", case.host(), case.request());
        let said = described(case, &META, &["signature", "signing", "kid", "algorithm", "jwks"], summary.clone());
        let kid = header.and_then(|header| header.kid.as_deref());
        let verified = jwt.and_then(|jwt| case.session.signature(borne(case)?, jwt));
        if let Some((_, Verdict::Good)) = verified {
            // The key set says that the token is genuine: what the server lacks is the key.
            return None;
        }
        let is_unsigned = header.and_then(|header| header.alg.as_deref()).is_some_and(|alg| alg.eq_ignore_ascii_case("none"));
        let proof = if is_unsigned {
            Some((case.at(), case.token_place(), "alg of this token is none: nobody signed it.".to_owned()))
        } else if let Some((set, Verdict::Bad)) = verified {
            Some((set, Place::Target, "The key of that name in this key set did not make the signature.".to_owned()))
        } else {
            kid.and_then(|kid| unknown_key(case, kid)).map(|(set, says)| (set, Place::Target, says))
        };
        let finding = match (said, &proof) {
            (None, None) => return None,
            (_, Some(_)) => Finding::new(&META, case.token_certainty(), summary),
            (Some(said), None) => said,
        };
        let finding = match proof {
            Some((position, place, says)) => finding.shown(position, place, says),
            None => finding,
        };
        Some(match kid {
            Some(kid) => finding.about(kid).shown(case.at(), case.token_place(), format!("The token names the key {kid}.")),
            None => finding,
        })
    }
}

/// The token that the request bore, as it stood there.
fn borne<'s>(case: &Case<'s>) -> Option<&'s str> {
    case.exchange().sent("authorization")?.split_once(' ').map(|(_, token)| token.trim())
}

/// The key set of the session that lacks this key, where there is one and none has it.
fn unknown_key(case: &Case<'_>, kid: &str) -> Option<(usize, String)> {
    let mut last = None;
    for (position, keys) in case.session.key_sets() {
        if keys.is_empty() || keys.iter().any(|key| key == kid) {
            return None;
        }
        last = Some((position, format!("The keys here are {}; {kid} is not among them.", keys.join(", "))));
    }
    last
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use crate::causes::testing::{diagnose, is_silent, reports};

    const ID: &str = "token-signature-invalid";

    fn refused(token: &str, answer: &str) -> String {
        format!("> GET https://api.test/me\n> Authorization: Bearer {token}\n< 401 Unauthorized\n< Date: {{date}}\n{answer}")
    }

    const KEYS: &str = "> GET https://id.test/jwks\n< 200 OK\n<\n< {\"keys\":[{\"kty\":\"RSA\",\"kid\":\"new\"}]}\n\n";

    #[test]
    fn proves_that_the_key_is_unknown() {
        let diagnosis = diagnose(&format!("{KEYS}{}", refused("{jwt kid=old exp=+300}", "")));
        let cause = &diagnosis.failures[0].causes[0];
        assert_eq!((cause.id, cause.certainty), (ID, crate::finding::Certainty::Proved));
    }

    /// RFC 8037 A.2: a public key of Ed25519.
    const KEY: &str = r#"{"kty":"OKP","crv":"Ed25519","kid":"k","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;

    #[test]
    fn a_signature_that_the_issuers_own_key_did_not_make_is_proved_false() {
        let keys = |host: &str| format!("> GET https://{host}/jwks\n< 200 OK\n<\n< {{\"keys\":[{KEY}]}}\n\n");
        let [header, claims] =
            [r#"{"alg":"EdDSA","kid":"k"}"#, r#"{"iss":"https://id.test","exp":1893456000}"#].map(|part| URL_SAFE_NO_PAD.encode(part));
        let token = refused(&format!("{header}.{claims}.{}", URL_SAFE_NO_PAD.encode([1; 64])), "");
        let diagnosis = diagnose(&(keys("id.test") + &token));
        let cause = &diagnosis.failures[0].causes[0];
        assert_eq!((cause.id, cause.certainty), (ID, crate::finding::Certainty::Proved));
        // Another provider's key may have the same name.
        is_silent(ID, &(keys("other.test") + &token));
    }

    #[test]
    fn reports_unsigned_tokens_and_the_words_of_named_products() {
        reports(ID, &refused("{jwt alg=none exp=+300}", ""));
        for body in ["Jwt verification fails", "{\"message\":\"JWSError JWSInvalidSignature\"}"] {
            reports(ID, &refused("{jwt exp=+300}", &format!("<\n< {body}\n")));
        }
    }

    #[test]
    fn passes_over_known_keys_and_other_errors() {
        is_silent(ID, &format!("{KEYS}{}", refused("{jwt kid=new exp=+300}", "")));
        is_silent(ID, &refused("{jwt kid=old exp=+300}", ""));
        is_silent(ID, &refused("{secret t 30}", "< WWW-Authenticate: Bearer error=\"invalid_token\"\n"));
    }
}
