//! JSON Web Tokens, RFC 7519, and proofs of possession, RFC 9449.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::{milliseconds, noise, words};
use crate::time::Time;

/// `exp`, `nbf`, `iat` and `auth_time` count from now; `alg`, `kid`, `typ`, `jku`, `x5t` and `jwk` go to
/// the header, and any other member as `header.name`; several `aud` make a list; everything else is a
/// string claim. `jwk` is JSON, or the name of a key that is made up.
pub(super) fn jwt(arguments: &str, now: Time) -> Result<String, String> {
    let mut header = Map::new();
    header.insert("alg".into(), "RS256".into());
    header.insert("typ".into(), "JWT".into());
    let mut claims: Map<String, Value> = Map::new();
    for (name, value) in words(arguments) {
        match name.as_str() {
            "exp" | "nbf" | "iat" | "auth_time" => {
                let offset = milliseconds(&value).ok_or_else(|| format!("{name}=`{value}` is no span; write {name}=-120 or {name}=2h"))?;
                claims.insert(name, seconds(now.plus(offset)));
            }
            "jwk" => {
                header.insert(name, key(&value));
            }
            "alg" | "kid" | "typ" | "jku" | "x5t" => {
                header.insert(name, value.into());
            }
            _ => match (name.strip_prefix("header."), claims.get_mut(&name)) {
                (Some(member), _) => {
                    header.insert(member.to_owned(), value.into());
                }
                (None, Some(Value::Array(list))) => list.push(value.into()),
                (None, Some(first)) => *first = Value::Array(vec![first.clone(), value.into()]),
                (None, None) => {
                    claims.insert(name, value.into());
                }
            },
        }
    }
    Ok(signed(header, claims))
}

/// `{dpop POST https://as.test/token nonce=n token=ACCESS-TOKEN key=name iat=-5}`.
pub(super) fn dpop(arguments: &str, now: Time) -> Result<String, String> {
    let mut parts = arguments.splitn(3, ' ');
    let (Some(method), Some(url)) = (parts.next(), parts.next()) else {
        return Err(format!("`dpop {arguments}` is not understood; write {{dpop POST https://as.example.test/token nonce=n}}"));
    };
    let mut header = Map::new();
    let mut claims = Map::new();
    header.insert("typ".into(), "dpop+jwt".into());
    header.insert("alg".into(), "ES256".into());
    header.insert("jwk".into(), key("dpop"));
    claims.insert("htm".into(), method.into());
    claims.insert("htu".into(), url.into());
    claims.insert("iat".into(), seconds(now));
    claims.insert("jti".into(), URL_SAFE_NO_PAD.encode(noise(&format!("{arguments}{}", now.0), 12)).into());
    for (name, value) in words(parts.next().unwrap_or_default()) {
        match name.as_str() {
            "key" => {
                header.insert("jwk".into(), key(&value));
            }
            "token" => {
                claims.insert("ath".into(), URL_SAFE_NO_PAD.encode(Sha256::digest(value.as_bytes())).into());
            }
            "iat" => {
                let offset = milliseconds(&value).ok_or_else(|| format!("iat=`{value}` is no span; write iat=-120 or iat=2h"))?;
                claims.insert(name, seconds(now.plus(offset)));
            }
            _ => {
                claims.insert(name, value.into());
            }
        }
    }
    Ok(signed(header, claims))
}

fn seconds(moment: Time) -> Value {
    (moment.0 / 1000).into()
}

/// A public key: as written, or one of the right shape that follows from its name.
fn key(text: &str) -> Value {
    serde_json::from_str(text).ok().filter(Value::is_object).unwrap_or_else(|| {
        let coordinate = |axis: &str| URL_SAFE_NO_PAD.encode(noise(&format!("{text} {axis}"), 32));
        json!({ "kty": "EC", "crv": "P-256", "x": coordinate("x"), "y": coordinate("y") })
    })
}

/// The signature is noise of the right length, since no cause may depend on it here.
fn signed(header: Map<String, Value>, claims: Map<String, Value>) -> String {
    let length = if header.get("alg").and_then(Value::as_str) == Some("ES256") { 64 } else { 256 };
    let part = |members: Map<String, Value>| URL_SAFE_NO_PAD.encode(Value::Object(members).to_string());
    let signed = format!("{}.{}", part(header), part(claims));
    let signature = noise(&signed, length);
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::dpop;
    use crate::syntax::jwt as reader;

    const NOW: Time = Time(1_000_000);

    #[test]
    fn puts_what_a_header_holds_into_the_header() {
        let token = jwt("kid=k1 x5t=abc jwk=mine header.nonce=n1 nonce=n2 iat=0", NOW).unwrap();
        let read = reader::parse(&token).value.unwrap();
        let header: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(token.split('.').next().unwrap()).unwrap()).unwrap();
        assert_eq!((&header["kid"], &header["x5t"], &header["nonce"]), (&json!("k1"), &json!("abc"), &json!("n1")));
        assert_eq!(header["jwk"]["kty"], "EC");
        assert_eq!(read.claim("nonce").map(|value| value.to_string()).as_deref(), Some("\"n2\""));
    }

    #[test]
    fn makes_proofs_that_a_server_could_compare() {
        let proof = dpop("POST https://as.test/token nonce=n1 token=opaque", NOW).unwrap();
        let parsed = dpop::parse(&proof);
        assert_eq!(parsed.violations, []);
        let proof = parsed.value.unwrap();
        assert_eq!((proof.htm.as_deref(), proof.htu.as_deref()), (Some("POST"), Some("https://as.test/token")));
        // RFC 9449 4.2: the base64url of the token's SHA-256.
        assert_eq!(proof.ath.as_deref(), Some("bSKYhMEmi7CrMtjaMV0P5S-RRyKL2DCje8n7KKlUlA0"));
    }
}
