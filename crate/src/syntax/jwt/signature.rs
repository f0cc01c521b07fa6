//! Whether a key made the signature of a token: RFC 7518 3.3 to 3.5 and RFC 8037 3.1. A secret is never
//! guessed, so HS256 and its like stay unknown.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::VerifyingKey as Ed25519Key;
use rsa::pkcs1v15;
use rsa::pss;
use rsa::signature::Verifier;
use rsa::{BoxedUint, PublicKey as RsaKey};
use sha1::Sha1;
use sha2::{Sha256, Sha384, Sha512};

use crate::limits;

/// What a key says of a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It made the signature.
    Good,
    /// It did not.
    Bad,
    /// The two do not go together, or one of them cannot be read.
    Unknown,
}

/// A public key, as a key set (RFC 7517) publishes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey {
    /// Its identifier.
    pub kid: Option<String>,
    /// The algorithm it is meant for; of no other it verifies signatures.
    pub alg: Option<String>,
    /// The key itself.
    pub material: Material,
}

/// What a key is made of: numbers with their highest byte first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Material {
    /// Modulus and exponent.
    Rsa(Vec<u8>, Vec<u8>),
    /// A point of the curve P-256, uncompressed.
    P256(Vec<u8>),
    /// A point of the curve P-384, uncompressed.
    P384(Vec<u8>),
    /// A key of Ed25519.
    Ed25519(Vec<u8>),
}

impl Material {
    /// How many bytes its signatures have.
    fn signature_length(&self) -> usize {
        match self {
            Self::Rsa(modulus, _) => modulus.iter().skip_while(|byte| **byte == 0).count(),
            Self::P256(_) | Self::Ed25519(_) => 64,
            Self::P384(_) => 96,
        }
    }
}

/// Whether that key made the signature of this token in compact form, whose header names `alg`.
#[must_use]
pub fn verify(token: &str, alg: &str, key: &PublicKey) -> Verdict {
    if key.alg.as_deref().is_some_and(|meant| meant != alg) {
        return Verdict::Unknown;
    }
    let Some((signed, signature)) = token.rsplit_once('.').filter(|(signed, _)| signed.matches('.').count() == 1) else {
        return Verdict::Unknown;
    };
    let Ok(signature) = URL_SAFE_NO_PAD.decode(signature.trim_end_matches('=')) else { return Verdict::Unknown };
    judge(&key.material, alg, signed.as_bytes(), &signature)
}

/// Whether a key made a signature by the algorithm of that name.
pub(crate) fn judge(key: &Material, alg: &str, signed: &[u8], signature: &[u8]) -> Verdict {
    // One of another length was cut off on the way to this capture, or belongs to a key of another size.
    let is_whole = key.signature_length() == signature.len();
    match is_made_by(key, alg, signed, signature) {
        Some(true) => Verdict::Good,
        Some(false) if is_whole => Verdict::Bad,
        Some(false) | None => Verdict::Unknown,
    }
}

fn is_made_by(material: &Material, alg: &str, signed: &[u8], signature: &[u8]) -> Option<bool> {
    match material {
        Material::Rsa(modulus, exponent) => by_rsa(&rsa_key(modulus, exponent)?, alg, signed, signature),
        Material::P256(point) if alg == "ES256" => {
            let key = p256::ecdsa::VerifyingKey::from_sec1_bytes(point).ok()?;
            Some(p256::ecdsa::Signature::from_slice(signature).is_ok_and(|signature| key.verify(signed, &signature).is_ok()))
        }
        Material::P384(point) if alg == "ES384" => {
            let key = p384::ecdsa::VerifyingKey::from_sec1_bytes(point).ok()?;
            Some(p384::ecdsa::Signature::from_slice(signature).is_ok_and(|signature| key.verify(signed, &signature).is_ok()))
        }
        Material::Ed25519(bytes) if matches!(alg, "EdDSA" | "Ed25519") => {
            let key = Ed25519Key::from_bytes(bytes.as_slice().try_into().ok()?).ok()?;
            Some(ed25519_dalek::Signature::from_slice(signature).is_ok_and(|signature| key.verify(signed, &signature).is_ok()))
        }
        _ => None,
    }
}

/// An RSA key of at most [`limits::RSA_BYTES`].
pub(crate) fn rsa_key(modulus: &[u8], exponent: &[u8]) -> Option<RsaKey> {
    let number = |bytes: &[u8]| {
        let first = bytes.iter().position(|byte| *byte != 0)?;
        let bytes = bytes.get(first..).filter(|bytes| bytes.len() <= limits::RSA_BYTES)?;
        BoxedUint::from_be_slice(bytes, u32::try_from(bytes.len()).ok()? * 8).ok()
    };
    RsaKey::new(number(modulus)?, number(exponent)?).ok()
}

fn by_rsa(key: &RsaKey, alg: &str, signed: &[u8], signature: &[u8]) -> Option<bool> {
    let pkcs1 = pkcs1v15::Signature::try_from(signature);
    let pss = pss::Signature::try_from(signature);
    let key = key.clone();
    Some(match alg {
        // Of no token, but of XML: RFC 9231 2.3.1.
        "RS1" => pkcs1.is_ok_and(|signature| pkcs1v15::VerifyingKey::<Sha1>::new(key).verify(signed, &signature).is_ok()),
        "RS256" => pkcs1.is_ok_and(|signature| pkcs1v15::VerifyingKey::<Sha256>::new(key).verify(signed, &signature).is_ok()),
        "RS384" => pkcs1.is_ok_and(|signature| pkcs1v15::VerifyingKey::<Sha384>::new(key).verify(signed, &signature).is_ok()),
        "RS512" => pkcs1.is_ok_and(|signature| pkcs1v15::VerifyingKey::<Sha512>::new(key).verify(signed, &signature).is_ok()),
        "PS256" => pss.is_ok_and(|signature| pss::VerifyingKey::<Sha256>::new(key).verify(signed, &signature).is_ok()),
        "PS384" => pss.is_ok_and(|signature| pss::VerifyingKey::<Sha384>::new(key).verify(signed, &signature).is_ok()),
        "PS512" => pss.is_ok_and(|signature| pss::VerifyingKey::<Sha512>::new(key).verify(signed, &signature).is_ok()),
        _ => return None,
    })
}
