//! Raw DEFLATE (RFC 1951), as SAML's redirect binding uses it. Bounded in what it writes, and small:
//! an inflater made for speed would be a twentieth of what browsers download.

use super::{Parsed, Rule, SyntaxViolation};

/// Data that is no DEFLATE.
pub static NOT_DEFLATE: Rule = Rule { id: "deflate-invalid" };

/// Data that ends before its last block does.
pub static CUT_SHORT: Rule = Rule { id: "deflate-cut-short" };

/// Data after the last block.
pub static TRAILING: Rule = Rule { id: "deflate-trailing-data" };

/// Data that inflates to more than is read.
pub static TOO_LARGE: Rule = Rule { id: "deflate-too-large" };

/// Longest code in bits.
const LONGEST: usize = 15;
/// Base of each length code from 257 on, and its extra bits (RFC 1951 3.2.5).
const LENGTHS: [(u16, u8); 29] = [
    (3, 0),
    (4, 0),
    (5, 0),
    (6, 0),
    (7, 0),
    (8, 0),
    (9, 0),
    (10, 0),
    (11, 1),
    (13, 1),
    (15, 1),
    (17, 1),
    (19, 2),
    (23, 2),
    (27, 2),
    (31, 2),
    (35, 3),
    (43, 3),
    (51, 3),
    (59, 3),
    (67, 4),
    (83, 4),
    (99, 4),
    (115, 4),
    (131, 5),
    (163, 5),
    (195, 5),
    (227, 5),
    (258, 0),
];
/// The order in which the lengths of the code length codes stand (RFC 1951 3.2.7).
const ORDER: [usize; 19] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/// Inflates at most `limit` bytes. What was inflated before a violation is kept; positions count
/// compressed bytes.
#[must_use]
pub fn inflate(data: &[u8], limit: usize) -> Parsed<Vec<u8>> {
    let mut inflater = Inflater { data, at: 0, bits: 0, count: 0, out: Vec::new(), limit };
    let failure = inflater.blocks().err();
    let at = inflater.at.min(data.len());
    let rule = failure.or((at < data.len()).then_some(&TRAILING));
    Parsed { value: inflater.out, violations: rule.map(|rule| SyntaxViolation { at, rule }).into_iter().collect() }
}

type Step<T> = Result<T, &'static Rule>;

struct Inflater<'a> {
    data: &'a [u8],
    at: usize,
    bits: u32,
    count: u32,
    out: Vec<u8>,
    limit: usize,
}

/// A canonical Huffman code: how many codes each length has, and the symbols in order of code.
struct Code {
    counts: [u16; LONGEST + 1],
    symbols: Vec<u16>,
}

impl Code {
    /// The code in which symbol n has the n-th length. Only a code of at most one symbol may be incomplete.
    fn new(lengths: &[u8]) -> Step<Self> {
        let mut counts = [0_u16; LONGEST + 1];
        let mut symbols = Vec::with_capacity(lengths.len());
        let mut left = 1_i32;
        for wanted in 1..=LONGEST {
            for (symbol, length) in (0_u16..).zip(lengths) {
                if usize::from(*length) == wanted {
                    symbols.push(symbol);
                    if let Some(count) = counts.get_mut(wanted) {
                        *count += 1;
                    }
                }
            }
            left = (left << 1) - counts.get(wanted).map_or(0, |count| i32::from(*count));
            if left < 0 {
                return Err(&NOT_DEFLATE);
            }
        }
        if left > 0 && symbols.len() > 1 {
            return Err(&NOT_DEFLATE);
        }
        Ok(Self { counts, symbols })
    }
}

impl Inflater<'_> {
    fn blocks(&mut self) -> Step<()> {
        loop {
            let is_last = self.take(1)? == 1;
            match self.take(2)? {
                0 => self.stored()?,
                1 => {
                    let mut lengths = [8; 288];
                    for (range, length) in [(144..256, 9), (256..280, 7)] {
                        lengths.get_mut(range).unwrap_or_default().fill(length);
                    }
                    self.compressed(&Code::new(&lengths)?, &Code::new(&[5; 32])?)?;
                }
                2 => {
                    let (literals, distances) = self.codes()?;
                    self.compressed(&literals, &distances)?;
                }
                _ => return Err(&NOT_DEFLATE),
            }
            if is_last {
                return Ok(());
            }
        }
    }

    fn take(&mut self, count: u32) -> Step<u32> {
        while self.count < count {
            let byte = self.data.get(self.at).ok_or(&CUT_SHORT)?;
            self.at += 1;
            self.bits |= u32::from(*byte) << self.count;
            self.count += 8;
        }
        let value = self.bits & ((1 << count) - 1);
        self.bits >>= count;
        self.count -= count;
        Ok(value)
    }

    fn symbol(&mut self, code: &Code) -> Step<u16> {
        let (mut value, mut first, mut index) = (0_u32, 0_u32, 0_u32);
        for count in code.counts.iter().skip(1).map(|count| u32::from(*count)) {
            value |= self.take(1)?;
            if value < first + count {
                let symbol = usize::try_from(index + value - first).ok().and_then(|at| code.symbols.get(at));
                return symbol.copied().ok_or(&NOT_DEFLATE);
            }
            index += count;
            first = (first + count) << 1;
            value <<= 1;
        }
        Err(&NOT_DEFLATE)
    }

    fn write(&mut self, byte: u8) -> Step<()> {
        if self.out.len() >= self.limit {
            return Err(&TOO_LARGE);
        }
        self.out.push(byte);
        Ok(())
    }

    fn stored(&mut self) -> Step<()> {
        (self.bits, self.count) = (0, 0);
        let length = self.take(16)?;
        if self.take(16)? != length ^ 0xffff {
            return Err(&NOT_DEFLATE);
        }
        for _ in 0..length {
            let byte = self.take(8)?;
            self.write(byte.to_le_bytes()[0])?;
        }
        Ok(())
    }

    /// The codes that a dynamic block begins with.
    fn codes(&mut self) -> Step<(Code, Code)> {
        let literals = 257 + self.number(5)?;
        let distances = 1 + self.number(5)?;
        let mut lengths = [0; 19];
        for at in ORDER.into_iter().take(4 + self.number(4)?) {
            let length = self.take(3)?.to_le_bytes()[0];
            if let Some(slot) = lengths.get_mut(at) {
                *slot = length;
            }
        }
        let code = Code::new(&lengths)?;
        let mut lengths: Vec<u8> = Vec::with_capacity(320);
        while lengths.len() < literals + distances {
            let symbol = self.symbol(&code)?;
            let (length, times) = match symbol {
                16 => (*lengths.last().ok_or(&NOT_DEFLATE)?, 3 + self.number(2)?),
                17 => (0, 3 + self.number(3)?),
                18 => (0, 11 + self.number(7)?),
                length => (length.to_le_bytes()[0], 1),
            };
            lengths.resize(lengths.len() + times, length);
        }
        if lengths.len() > literals + distances {
            return Err(&NOT_DEFLATE);
        }
        let (literals, distances) = lengths.split_at_checked(literals).ok_or(&NOT_DEFLATE)?;
        Ok((Code::new(literals)?, Code::new(distances)?))
    }

    fn number(&mut self, bits: u32) -> Step<usize> {
        usize::try_from(self.take(bits)?).map_err(|_| &NOT_DEFLATE)
    }

    fn compressed(&mut self, literals: &Code, distances: &Code) -> Step<()> {
        loop {
            let symbol = self.symbol(literals)?;
            if let Ok(byte) = u8::try_from(symbol) {
                self.write(byte)?;
                continue;
            }
            if symbol == 256 {
                return Ok(());
            }
            let (base, extra) = LENGTHS.get(usize::from(symbol - 257)).ok_or(&NOT_DEFLATE)?;
            let length = usize::from(*base) + self.number(u32::from(*extra))?;
            let distance = self.distance(distances)?;
            let from = self.out.len().checked_sub(distance).ok_or(&NOT_DEFLATE)?;
            for at in from..from + length {
                let byte = *self.out.get(at).ok_or(&NOT_DEFLATE)?;
                self.write(byte)?;
            }
        }
    }

    /// The distances double every two codes (RFC 1951 3.2.5).
    fn distance(&mut self, code: &Code) -> Step<usize> {
        let symbol = self.symbol(code)?;
        match symbol {
            0..=3 => Ok(usize::from(symbol) + 1),
            4..=29 => {
                let extra = u32::from(symbol) / 2 - 1;
                Ok(((2 + usize::from(symbol) % 2) << extra) + 1 + self.number(extra)?)
            }
            _ => Err(&NOT_DEFLATE),
        }
    }
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
    fn agrees_with_another_inflater_on_damaged_data() {
        for sample in samples().into_iter().skip(2) {
            let data = miniz_oxide::deflate::compress_to_vec(&sample, 6);
            for at in (0..data.len()).step_by(data.len() / 60 + 1) {
                let mut damaged = data.clone();
                damaged[at] ^= 0x15;
                let theirs = miniz_oxide::inflate::decompress_to_vec_with_limit(&damaged, 100_000);
                let ours = inflate(&damaged, 100_000);
                let is_whole = ours.violations.iter().all(|violation| violation.rule == &TRAILING);
                match theirs {
                    Ok(theirs) => assert!(is_whole && ours.value == theirs, "damaged at {at}"),
                    Err(error) => assert!(!is_whole, "damaged at {at}: {:?}", error.status),
                }
            }
        }
    }
}
