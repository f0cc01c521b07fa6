//! The public key of a certificate: RFC 5280 4.1, with the keys of RFC 3279 and RFC 5480.

use super::der::{Element, OBJECT_IDENTIFIER, Reader, SEQUENCE, context};
use super::jwt::signature::Material;

const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const RSA: &str = "1.2.840.113549.1.1.1";
const ELLIPTIC: &str = "1.2.840.10045.2.1";
const P256: &str = "1.2.840.10045.3.1.7";
const P384: &str = "1.3.132.0.34";

/// The key of a certificate in DER; `None` for another kind of key, or for other bytes.
#[must_use]
pub fn public_key(certificate: &[u8]) -> Option<Material> {
    let noted = &mut Vec::new();
    let mut signed = Reader::new(certificate).only(SEQUENCE, noted)?.elements().only(SEQUENCE, noted)?.elements();
    let mut next = || signed.next(&mut Vec::new());
    let first = next()?;
    // Version 1 does not say so.
    let _serial = if first.tag == context(0) { next()? } else { first };
    let (_algorithm, _issuer, _validity, _subject) = (next()?, next()?, next()?, next()?);
    material(&next()?)
}

fn material(info: &Element<'_>) -> Option<Material> {
    let noted = &mut Vec::new();
    let mut parts = info.elements();
    let algorithm = parts.next(noted)?;
    let (_, key) = parts.only(BIT_STRING, noted)?.content.split_first()?;
    let mut algorithm = algorithm.elements();
    let mut identifier = || algorithm.next(&mut Vec::new()).filter(|element| element.tag == OBJECT_IDENTIFIER)?.object_identifier();
    match identifier()?.as_str() {
        RSA => {
            let mut numbers = Reader::new(key).only(SEQUENCE, noted)?.elements();
            let mut number =
                || numbers.next(&mut Vec::new()).filter(|element| element.tag == INTEGER).map(|element| element.content.to_vec());
            Some(Material::Rsa(number()?, number()?))
        }
        ELLIPTIC => match identifier()?.as_str() {
            P256 => Some(Material::P256(key.to_vec())),
            P384 => Some(Material::P384(key.to_vec())),
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
pub(crate) mod testing {
    use super::*;

    pub fn element(tag: u8, content: &[u8]) -> Vec<u8> {
        let length = u16::try_from(content.len()).unwrap().to_be_bytes();
        [&[tag, 0x82, length[0], length[1]], content].concat()
    }

    /// A certificate with that algorithm and key, by hand after RFC 5280 4.1.
    pub fn certificate(version: &[u8], algorithm: &[u8], key: &[u8]) -> Vec<u8> {
        let info = element(SEQUENCE, &[element(SEQUENCE, algorithm), element(BIT_STRING, &[&[0], key].concat())].concat());
        let rest = [element(INTEGER, &[1]), element(SEQUENCE, &[]), element(SEQUENCE, &[]), element(SEQUENCE, &[]), element(SEQUENCE, &[])];
        element(SEQUENCE, &element(SEQUENCE, &[version, &rest.concat(), &info].concat()))
    }

    /// A certificate of a key of P-256. 1.2.840.10045.2.1 and 1.2.840.10045.3.1.7 are in the form of X.690 8.19.
    pub fn p256_certificate(point: &[u8]) -> Vec<u8> {
        let algorithm = [
            element(OBJECT_IDENTIFIER, &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01]),
            element(OBJECT_IDENTIFIER, &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07]),
        ];
        certificate(&[], &algorithm.concat(), point)
    }
}

#[cfg(test)]
mod tests {
    use super::testing::{certificate, element, p256_certificate};
    use super::*;

    #[test]
    fn finds_the_keys_of_all_kinds() {
        let version = element(context(0), &element(INTEGER, &[2]));
        // 1.2.840.113549.1.1.1, in the form of X.690 8.19.
        let rsa = element(OBJECT_IDENTIFIER, &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01]);
        let numbers = element(SEQUENCE, &[element(INTEGER, &[0, 0xc1]), element(INTEGER, &[3])].concat());
        for version in [&version[..], &[]] {
            assert_eq!(public_key(&certificate(version, &rsa, &numbers)), Some(Material::Rsa(vec![0, 0xc1], vec![3])));
        }
        assert_eq!(public_key(&p256_certificate(&[4, 1])), Some(Material::P256(vec![4, 1])));
    }

    #[test]
    fn passes_over_what_is_no_certificate() {
        assert_eq!(public_key(b""), None);
        assert_eq!(public_key(&element(SEQUENCE, &element(SEQUENCE, &[]))), None);
        let unknown = element(OBJECT_IDENTIFIER, &[0x2b, 0x65, 0x70]);
        assert_eq!(public_key(&certificate(&[], &unknown, &[1])), None);
    }
}
