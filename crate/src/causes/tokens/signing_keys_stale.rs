use super::{TOLERANCE, described, refuses_token};
use crate::cause::{Case, Cause, CauseMeta};
use crate::causes::stated;
use crate::declare_cause;
use crate::finding::{Certainty, Finding};
use crate::place::Place;
use crate::syntax::jwt::Jwt;
use crate::syntax::jwt::signature::Verdict;
use crate::time::Time;

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
        recognised: "The answer speaks of the signature or its key, while the provider's key set in the session has the key that the token names, or the same token was accepted by this API. Where the answer says no more than that the token is invalid: this API let tokens through that differ by nothing but their key, and refuses each of the new key, fresh ones too.",
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
        if case.facts().saml.iter().any(|saml| saml.carrier.is_sent()) {
            return stated(case, &META, format!("{} does not know the key that signed the response.", case.host()));
        }
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
        let Some(finding) = said.or(stated) else { return by_behaviour(case, jwt, kid) };
        let finding = finding.about(kid).shown(case.at(), Place::Sent("authorization", 0), format!("The token names the key {kid}."));
        match verdict(case, jwt) {
            Some((at, Verdict::Good)) => {
                return Some(finding.shown(at, Place::Target, "A key of this key set made the token's signature."));
            }
            Some((_, Verdict::Bad)) => return None,
            _ => {}
        }
        if let Some(at) = publishes(case, kid) {
            return Some(finding.shown(at, Place::Target, format!("This key set has {kid}.")));
        }
        match case.accepted_elsewhere().next() {
            Some((at, _)) => {
                let says = "Here the same token was accepted, so one of the servers behind this name has the key.";
                Some(finding.shown(at, Place::Status, says))
            }
            None => by_behaviour(case, jwt, kid),
        }
    }
}

/// What the keys of the session say of the refused token.
fn verdict(case: &Case<'_>, jwt: &Jwt) -> Option<(usize, Verdict)> {
    let token = case.exchange().sent("authorization").and_then(|field| field.split_once(' ')).map(|(_, token)| token.trim());
    token.and_then(|token| case.session.signature(token, jwt))
}

/// Position of a key set that has this key.
fn publishes(case: &Case<'_>, kid: &str) -> Option<usize> {
    case.session.key_sets().find(|(_, keys)| keys.iter().any(|key| key == kid)).map(|(at, _)| at)
}

/// What a refusal may say that does not know the key: no more than that the token, or who bears it, is not accepted.
const VAGUE: [&str; 3] = ["signing-keys-stale", "token-signature-invalid", "wrong-credentials"];

/// The finding where the server does not say so: by the tokens that it lets through, and those that it does not.
fn by_behaviour(case: &Case<'_>, jwt: &Jwt, kid: &str) -> Option<Finding> {
    let says_more = case.statements.iter().any(|stated| !VAGUE.contains(&stated.cause))
        || case.facts().bearer_error().is_some_and(|(_, error)| error != "invalid_token");
    let now = case.now();
    let is_in_time = |from: Option<i64>, to: Option<i64>| {
        now.is_some_and(|now| {
            from.is_none_or(|from| Time::from_seconds(from) <= now.plus(TOLERANCE)) && to.is_some_and(|to| Time::from_seconds(to) > now)
        })
    };
    if says_more || case.exchange().status() != 401 || !is_in_time(jwt.claims.nbf, jwt.claims.exp) {
        return None;
    }
    let verdict = verdict(case, jwt);
    let published = publishes(case, kid);
    let is_bad = matches!(verdict, Some((_, Verdict::Bad))) || published.is_none() && case.session.key_sets().next().is_some();
    let refused = case.session.refused_key(case.at()).filter(|refused| !is_bad && (published.is_some() || refused.is_of_several))?;
    let summary = format!(
        "{} lets tokens of the key {} through and refuses those that {kid} signed, which are alike in all else: it does not know that key.",
        case.host(),
        refused.other
    );
    let finding = Finding::new(&META, Certainty::Likely, summary)
        .about(kid)
        .shown(case.at(), case.token_place(), format!("The token names the key {kid}, and is in its time."))
        .shown(refused.let_through, Place::Status, format!("A token of {} was let through where this one is refused.", refused.other))
        .shown(refused.again, Place::Status, format!("Another request with a token of {kid} is refused as well."));
    Some(match (verdict, published) {
        (Some((at, Verdict::Good)), _) => finding.shown(at, Place::Target, "A key of this key set made the token's signature."),
        (_, Some(at)) => finding.shown(at, Place::Target, format!("This key set has {kid}.")),
        _ => finding.next("The provider's key set at this moment (jwks_uri): does it have this key?"),
    })
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

    /// What an API says that tells nobody why.
    const VAGUE: &str = "401 Unauthorized\n<\n< {\"message\":\"token invalid\"}";

    fn token(path: &str, claims: &str, answer: &str) -> String {
        format!(
            "~ kind fetch\n> GET https://api.test/{path}\n> Authorization: Bearer {{jwt iss=https://id.test sub=a aud=api {claims}}}\n< {answer}\n\n"
        )
    }

    #[test]
    fn reports_a_new_key_whose_tokens_are_refused_one_after_the_other() {
        let worked = token("me", "kid=old iat=-900 exp=900", "200 OK");
        let fresh = |more: &str, answer: &str| token("me", &format!("kid=new iat=-5 exp=3600 {more}"), answer);
        let first = worked + &fresh("", VAGUE);
        // The same once more, a second later.
        let again = token("me", "kid=new iat=-6 exp=3599", VAGUE);
        assert_eq!(reports(ID, &(first.clone() + &fresh("jti=2", VAGUE))).matches("old").count(), 1);
        reports(ID, &(first.clone() + &again + KEYS));
        // One token alone may have been taken back, and a key set without the key tells something else.
        is_silent(ID, &(first.clone() + &again));
        is_silent(ID, &(first.clone() + &fresh("jti=2", VAGUE) + &KEYS.replace("\"new\"", "\"other\"")));
        // The key is known where a token of it is let through.
        is_silent(ID, &(first + &fresh("jti=2", VAGUE) + &token("news", "kid=new iat=-5 exp=3600", "200 OK")));
    }

    #[test]
    fn passes_over_new_keys_of_tokens_that_differ_in_more() {
        let twice = |worked: &str, fresh: &str, answer: &str| {
            let fresh = |more: &str| token("me", &format!("kid=new {fresh} {more}"), answer);
            token("me", &format!("kid=old iat=-900 exp=900 {worked}"), "200 OK") + &fresh("") + &fresh("jti=2")
        };
        reports(ID, &twice("", "iat=-5 exp=3600", VAGUE));
        for (worked, fresh) in [
            ("aud=web", "iat=-5 exp=3600"),
            ("scope=all", "iat=-5 exp=3600"),
            ("typ=at+jwt", "iat=-5 exp=3600"),
            ("", "iat=-900 exp=-5"),
            ("", "iat=-1800 exp=60"),
        ] {
            is_silent(ID, &twice(worked, fresh, VAGUE));
        }
        is_silent(ID, &twice("", "iat=-5 exp=3600", "401 Unauthorized\n<\n< {\"message\":\"wrong audience\"}"));
        is_silent(ID, &twice("", "iat=-5 exp=3600", "403 Forbidden\n<\n< {\"message\":\"token invalid\"}"));
    }
}
