//! Raw DEFLATE (RFC 1951), as SAML's redirect binding uses it and proxies keep content.

use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::core::inflate_flags::TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF;
use miniz_oxide::inflate::core::{DecompressorOxide, decompress};

use super::{Parsed, Rule, SyntaxViolation};

/// Data that is no DEFLATE.
pub static NOT_DEFLATE: Rule = Rule { id: "deflate-invalid" };

/// Data that ends before its last block does.
pub static CUT_SHORT: Rule = Rule { id: "deflate-cut-short" };

/// Data after the last block.
pub static TRAILING: Rule = Rule { id: "deflate-trailing-data" };

/// Data that inflates to more than is read.
pub static TOO_LARGE: Rule = Rule { id: "deflate-too-large" };

/// Bytes by which the output grows at first.
const FIRST: usize = 4096;

/// Inflates at most `limit` bytes. What was inflated before a violation is kept; positions count
/// compressed bytes.
#[must_use]
pub fn inflate(data: &[u8], limit: usize) -> Parsed<Vec<u8>> {
    let mut state = DecompressorOxide::new();
    let mut out = vec![0; FIRST.min(limit)];
    let (mut read, mut written) = (0, 0);
    let failure = loop {
        let rest = data.get(read..).unwrap_or_default();
        let (status, taken, made) = decompress(&mut state, rest, &mut out, written, TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF);
        read += taken;
        written += made;
        match status {
            TINFLStatus::Done => break None,
            TINFLStatus::HasMoreOutput if out.len() < limit => out.resize(out.len().saturating_mul(2).min(limit), 0),
            TINFLStatus::HasMoreOutput => break Some(&TOO_LARGE),
            TINFLStatus::NeedsMoreInput | TINFLStatus::FailedCannotMakeProgress => break Some(&CUT_SHORT),
            _ => break Some(&NOT_DEFLATE),
        }
    };
    out.truncate(written);
    let rule = failure.or((read < data.len()).then_some(&TRAILING));
    Parsed { value: out, violations: rule.map(|rule| SyntaxViolation { at: read, rule }).into_iter().collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(data: &[u8], limit: usize) -> Vec<&'static str> {
        inflate(data, limit).violations.iter().map(|violation| violation.rule.id).collect()
    }

    /// Text of every kind of block: incompressible, repetitive, and mixed.
    fn samples() -> Vec<Vec<u8>> {
        let mut state = 0x2545_f491_4f6c_dd1d_u64;
        let mut noise = |count: usize| -> Vec<u8> {
            std::iter::repeat_with(|| {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                state.to_le_bytes()[3]
            })
            .take(count)
            .collect()
        };
        let words: Vec<u8> = noise(4000).iter().flat_map(|byte| format!("<saml:Word{}>", byte % 40).into_bytes()).collect();
        vec![b"".to_vec(), b"a".to_vec(), b"<samlp:AuthnRequest/>".to_vec(), vec![b'x'; 70_000], noise(70_000), words]
    }

    #[test]
    fn inflates_what_others_deflate() {
        for sample in samples() {
            for level in 0..=9 {
                let data = miniz_oxide::deflate::compress_to_vec(&sample, level);
                let parsed = inflate(&data, sample.len());
                assert_eq!(parsed.violations, []);
                assert!(parsed.value == sample, "{} bytes at level {level}", sample.len());
            }
        }
    }

    #[test]
    fn names_what_is_wrong() {
        let data = miniz_oxide::deflate::compress_to_vec(&vec![b'x'; 5000], 6);
        assert_eq!(rules(&data, 4999), ["deflate-too-large"]);
        assert_eq!(rules(data.get(..data.len() - 1).unwrap(), 5000), ["deflate-cut-short"]);
        assert_eq!(rules(&[], 10), ["deflate-cut-short"]);
        assert_eq!(rules(b"<samlp:Response", 100), ["deflate-invalid"]);
        let with_more = [&data[..], b"more"].concat();
        assert_eq!(inflate(&with_more, 5000).violations, [SyntaxViolation { at: data.len(), rule: &TRAILING }]);
        // A distance that reaches before the beginning: fixed block, length 3, distance 1.
        assert_eq!(rules(&[0x03 | 0b0100_0000, 0x00, 0x00], 10), ["deflate-invalid"]);
    }

    #[test]
    fn keeps_what_was_inflated_before_the_damage() {
        let text: Vec<u8> = samples().remove(5);
        let data = miniz_oxide::deflate::compress_to_vec(&text, 6);
        let parsed = inflate(&data[..data.len() / 2], text.len());
        assert!(parsed.value.len() > text.len() / 4 && text.starts_with(&parsed.value), "{} of {}", parsed.value.len(), text.len());
    }
}
