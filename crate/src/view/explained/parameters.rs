//! What the parameters of authentication schemes mean, in one table.

use super::Form;

/// One parameter of a scheme.
pub struct Parameter {
    /// The schemes that have it, in lower case; of `*` every scheme.
    schemes: &'static [&'static str],
    /// Its name, in lower case.
    name: &'static str,
    /// How its value is written.
    pub form: Form,
    /// What it is.
    pub says: &'static str,
}

const fn row(schemes: &'static [&'static str], name: &'static str, form: Form, says: &'static str) -> Parameter {
    Parameter { schemes, name, form, says }
}

const BEARER: &[&str] = &["bearer", "dpop"];
const DIGEST: &[&str] = &["digest"];
const HAWK: &[&str] = &["hawk"];
const HOBA: &[&str] = &["hoba"];
const MUTUAL: &[&str] = &["mutual"];
const OAUTH1: &[&str] = &["oauth"];
const PRIVATE: &[&str] = &["privatetoken"];
const SCRAM: &[&str] = &["scram-sha-1", "scram-sha-256"];
const SIGNATURE: &[&str] = &["signature"];
const AWS: &[&str] = &["aws4-hmac-sha256", "aws4-ecdsa-p256-sha256", "goog4-hmac-sha256"];
const VAPID: &[&str] = &["vapid"];
const CONCEALED: &[&str] = &["concealed"];
const GNAP: &[&str] = &["gnap"];
const ANY: &[&str] = &["*"];

/// RFC 6750, 7486, 7616, 7804, 8120, 8292, 9449, 9470, 9577, 9635, 9728 and 9729, RFC 5849, Hawk's
/// documentation, draft-cavage-http-signatures and AWS Signature Version 4; checked 2026-11-29.
static PARAMETERS: [Parameter; 71] = [
    row(BEARER, "error", Form::Clear, "why the request was refused, as a code of RFC 6750 3.1"),
    row(BEARER, "error_description", Form::Clear, "the same in words for developers"),
    row(BEARER, "error_uri", Form::Clear, "a page about it"),
    row(BEARER, "scope", Form::Clear, "the scopes that the request needs"),
    row(BEARER, "resource_metadata", Form::Clear, "where the API says which authorization server it trusts"),
    row(BEARER, "acr_values", Form::Clear, "the strength of sign-in that is asked for"),
    row(BEARER, "max_age", Form::Clear, "how many seconds ago the sign-in may lie at most"),
    row(BEARER, "algs", Form::Clear, "the algorithms that a DPoP proof may be signed with"),
    row(DIGEST, "username", Form::Secret, "who signs in"),
    row(DIGEST, "username*", Form::Secret, "who signs in, beyond ASCII"),
    row(DIGEST, "nonce", Form::Secret, "the server's random value, which the answer is computed with"),
    row(DIGEST, "uri", Form::Clear, "the target that the answer is computed for"),
    row(DIGEST, "response", Form::Secret, "the answer: a hash over name, password, nonce and target"),
    row(DIGEST, "algorithm", Form::Clear, "the hash function"),
    row(DIGEST, "qop", Form::Clear, "what the hash protects: the request, or its content too"),
    row(DIGEST, "nc", Form::Clear, "how many requests have used this nonce, in hexadecimal"),
    row(DIGEST, "cnonce", Form::Secret, "the client's random value"),
    row(DIGEST, "opaque", Form::Secret, "a value of the server that the client hands back"),
    row(DIGEST, "stale", Form::Clear, "whether only the nonce was too old, and the password right"),
    row(DIGEST, "domain", Form::Clear, "where the same credentials serve"),
    row(DIGEST, "userhash", Form::Clear, "whether the name is sent as a hash"),
    row(HAWK, "id", Form::Secret, "whose key signs the request"),
    row(HAWK, "ts", Form::Seconds, "when the request was signed; servers allow about a minute"),
    row(HAWK, "tsm", Form::Base64, "the proof that the server's time is its own"),
    row(HAWK, "mac", Form::Base64, "the signature"),
    row(HAWK, "hash", Form::Base64, "the hash of the content"),
    row(HAWK, "ext", Form::Secret, "what the application adds"),
    row(HAWK, "app", Form::Secret, "the application's id"),
    row(HAWK, "dlg", Form::Secret, "on whose behalf it asks"),
    row(HAWK, "error", Form::Clear, "why the request was refused"),
    row(HOBA, "result", Form::Secret, "key id, challenge, nonce and signature, with points between them"),
    row(HOBA, "challenge", Form::Secret, "what the browser's key has to sign"),
    row(HOBA, "max-age", Form::Clear, "for how many seconds the challenge is good"),
    row(MUTUAL, "version", Form::Clear, "the version of the protocol"),
    row(MUTUAL, "sid", Form::Secret, "the session of the key exchange"),
    row(MUTUAL, "user", Form::Secret, "who signs in"),
    row(MUTUAL, "kc1", Form::Secret, "the client's half of the key exchange"),
    row(MUTUAL, "ks1", Form::Secret, "the server's half of the key exchange"),
    row(MUTUAL, "vkc", Form::Secret, "the client's proof of the password"),
    row(MUTUAL, "vks", Form::Secret, "the server's proof that it knows the password too"),
    row(MUTUAL, "reason", Form::Clear, "why the exchange begins anew"),
    row(OAUTH1, "oauth_consumer_key", Form::Secret, "the application"),
    row(OAUTH1, "oauth_token", Form::Secret, "the token of the user"),
    row(OAUTH1, "oauth_signature_method", Form::Clear, "how the request is signed"),
    row(OAUTH1, "oauth_signature", Form::Secret, "the signature over method, address and parameters"),
    row(OAUTH1, "oauth_timestamp", Form::Seconds, "when the request was signed; servers allow some minutes"),
    row(OAUTH1, "oauth_problem", Form::Clear, "why the request was refused"),
    row(PRIVATE, "challenge", Form::Base64, "the issuer, and what the token is bound to"),
    row(PRIVATE, "token-key", Form::Base64, "the issuer's public key"),
    row(PRIVATE, "token", Form::Base64, "the token, which names nobody"),
    row(SCRAM, "data", Form::Attributes, "a message of the handshake"),
    row(SCRAM, "sid", Form::Secret, "the handshake that the message belongs to"),
    row(SIGNATURE, "keyid", Form::Secret, "whose key signs"),
    row(SIGNATURE, "algorithm", Form::Clear, "how it signs"),
    row(SIGNATURE, "headers", Form::Clear, "the fields that the signature covers"),
    row(SIGNATURE, "created", Form::Seconds, "when the signature was made"),
    row(SIGNATURE, "expires", Form::Seconds, "until when the signature is good"),
    row(SIGNATURE, "signature", Form::Base64, "the signature"),
    row(AWS, "credential", Form::Secret, "the access key, and the day, region and service that the signature is for"),
    row(AWS, "signedheaders", Form::Clear, "the fields that the signature covers"),
    row(AWS, "signature", Form::Secret, "the signature"),
    row(VAPID, "t", Form::Secret, "a token that names the push service and the sender"),
    row(VAPID, "k", Form::Base64, "the sender's public key"),
    row(CONCEALED, "k", Form::Base64, "the id of the key"),
    row(CONCEALED, "a", Form::Base64, "the public key"),
    row(CONCEALED, "s", Form::Clear, "the signature scheme of TLS"),
    row(CONCEALED, "v", Form::Base64, "the part of the proof that a server can check first"),
    row(CONCEALED, "p", Form::Base64, "the proof"),
    row(GNAP, "as_uri", Form::Clear, "where the authorization server takes requests"),
    row(ANY, "realm", Form::Clear, "what the credentials are for"),
    row(ANY, "charset", Form::Clear, "the encoding that the server expects"),
];

/// What a scheme's parameter is, where that is known.
pub fn find(scheme: &str, name: &str) -> Option<&'static Parameter> {
    let has_scheme = |row: &&Parameter| row.schemes.iter().any(|known| *known == "*" || known.eq_ignore_ascii_case(scheme));
    PARAMETERS.iter().filter(has_scheme).find(|row| row.name.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::schemes;

    #[test]
    fn every_row_is_of_a_known_scheme_and_can_be_found() {
        for row in &PARAMETERS {
            for scheme in row.schemes {
                assert!(*scheme == "*" || schemes::known(scheme).is_some(), "{scheme}");
                let found = find(scheme, &row.name.to_ascii_uppercase()).map(|found| found.says);
                assert_eq!(found, Some(row.says), "{scheme} {}", row.name);
            }
        }
    }
}
