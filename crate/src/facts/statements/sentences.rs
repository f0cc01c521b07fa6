//! Sentences in any language: a linear model over hashed runs of characters, learned from the message catalogues of
//! real products by `tools/words`. Integers only, so every platform reads the same.

use std::sync::LazyLock;

use super::pair::{Fault, Pair, Subject};
use crate::data;

static MODEL: LazyLock<Model> = LazyLock::new(|| Model::of(data::sentences()).unwrap_or_default());

/// Characters of the longest text that is one sentence.
pub const LONGEST: usize = 300;

/// Characters of the shortest and the longest run.
const RUNS: (usize, usize) = (2, 6);

/// Runs are told apart by this many bits of their hash.
const BITS: u32 = 18;

/// What was learned. Scores count in 1/256 of a weight.
#[derive(Default)]
struct Model {
    classes: Vec<Class>,
    /// The hashes of the runs that count, in order.
    runs: Vec<u32>,
    /// One bit for each hash, set where its run counts: most do not, and need not be looked for.
    counting: Vec<u64>,
    /// For each of them a weight for each class.
    weights: Vec<i8>,
}

struct Class {
    pair: Pair,
    bias: i64,
    threshold: i64,
}

impl Model {
    /// Lines `subject fault bias threshold`, an empty line, and the runs, a character for each number up to 255, since that
    /// packs better than base64: of each run the distance of its hash from the one before, of variable length, and for each
    /// class a weight, of which the odd numbers are below zero.
    fn of(text: &str) -> Option<Self> {
        let (head, packed) = text.split_once("\n\n")?;
        let classes: Vec<Class> = head.lines().filter_map(Class::of).collect();
        let mut numbers = packed.trim_end().chars().map_while(number);
        let (mut runs, mut weights) = (Vec::new(), Vec::new());
        let mut counting = vec![0_u64; 1 << BITS >> 6];
        let mut hash = 0_u32;
        while let Some(distance) = variable_length(&mut numbers) {
            hash = hash.checked_add(distance)?;
            runs.push(hash);
            *counting.get_mut(hash as usize >> 6)? |= 1 << (hash & 63);
            weights.extend(numbers.by_ref().take(classes.len()).map(weight));
        }
        (weights.len() == runs.len() * classes.len()).then_some(Self { classes, runs, counting, weights })
    }

    fn read(&self, text: &str) -> Option<Pair> {
        let text = normal(text);
        let mut sums = vec![0_i64; self.classes.len()];
        let mut count = 0_u64;
        for start in 0..text.len() {
            let mut hash = 0x811c_9dc5_u32;
            for (length, c) in text.iter().skip(start).take(RUNS.1).enumerate() {
                hash = (hash ^ u32::from(*c)).wrapping_mul(0x0100_0193);
                if length + 1 < RUNS.0 {
                    continue;
                }
                count += 1;
                let folded = (hash ^ hash >> 15) & ((1 << BITS) - 1);
                if self.counting.get(folded as usize >> 6).is_none_or(|bits| bits >> (folded & 63) & 1 == 0) {
                    continue;
                }
                let Ok(at) = self.runs.binary_search(&folded) else { continue };
                let weights = self.weights.chunks(self.classes.len()).nth(at).unwrap_or_default();
                for (sum, weight) in sums.iter_mut().zip(weights) {
                    *sum += i64::from(*weight);
                }
            }
        }
        // A weight counts less the longer the text is: by the root of its runs, in 1/4096.
        let root = i64::try_from((count << 24).isqrt()).ok().filter(|root| *root > 0)?;
        let score = |(class, sum): (&Class, &i64)| (sum * 256 * 4096 / root + class.bias - class.threshold, class.pair);
        let (over, pair) = self.classes.iter().zip(&sums).map(score).max_by_key(|(over, _)| *over)?;
        (over > 0).then_some(pair)
    }
}

impl Class {
    fn of(line: &str) -> Option<Self> {
        let mut columns = line.split('\t');
        let pair = Pair { subject: Subject::named(columns.next()?)?, fault: Fault::named(columns.next()?)? };
        Some(Self { pair, bias: columns.next()?.parse().ok()?, threshold: columns.next()?.parse().ok()? })
    }
}

/// The number that a character stands for: those that can be seen, first of ASCII, then of Latin-1 and on.
fn number(sign: char) -> Option<u8> {
    const ASCII: u32 = '~' as u32 - '!' as u32 + 1;
    let code = u32::from(sign);
    let number = if sign <= '~' { code.checked_sub('!'.into()) } else { code.checked_sub(0xa1).map(|code| code + ASCII) };
    number?.try_into().ok()
}

/// The weight that a number stands for.
const fn weight(number: u8) -> i8 {
    let half = (number / 2).cast_signed();
    if number & 1 == 0 { half } else { -half - 1 }
}

/// The next number of seven bits a byte, the lowest first.
fn variable_length(bytes: &mut impl Iterator<Item = u8>) -> Option<u32> {
    let mut number = 0;
    for shift in [0, 7, 14, 21, 28] {
        let byte = bytes.next()?;
        number |= u32::from(byte & 0x7f).checked_shl(shift)?;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

/// Lower case, one blank for all that is no letter, one zero for all digits, and a blank at either end. The list of
/// what is no letter is that of `tools/words`.
fn normal(text: &str) -> Vec<char> {
    let mut normal = vec![' '];
    for c in text.chars().take(LONGEST + 100).flat_map(char::to_lowercase) {
        let c = match c {
            _ if is_mark(c) => ' ',
            '0'..='9' => '0',
            _ => c,
        };
        if !matches!(c, ' ' | '0') || normal.last() != Some(&c) {
            normal.push(c);
        }
    }
    if normal.last() != Some(&' ') {
        normal.push(' ');
    }
    normal
}

fn is_mark(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='/' | ':'..='@' | '['..='`' | '{'..='~')
        || matches!(c, '\u{a0}' | '\u{a1}' | '\u{ab}' | '\u{b7}' | '\u{bb}' | '\u{bf}' | '\u{60c}' | '\u{61b}' | '\u{61f}' | '\u{964}')
        || matches!(c, '\u{2000}'..='\u{206f}' | '\u{3000}'..='\u{303f}' | '\u{ff00}'..='\u{ff0f}' | '\u{ff1a}'..='\u{ff20}')
}

/// What a sentence says.
pub fn read(text: &str) -> Option<Pair> {
    MODEL.read(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_other_languages_and_passes_over_what_says_nothing() {
        for text in ["Keine Berechtigung", "Zugriff verweigert", "Accès refusé", "Permiso denegado", "Доступ запрещён"] {
            let pair = read(text);
            assert!(pair.is_none_or(|pair| pair.subject == Subject::Permission), "{text}: {pair:?}");
        }
        let denied = [
            "Vous n'avez pas la permission d'effectuer cette action",
            "No tiene permiso para realizar esta acción",
            "У вас нет прав для выполнения этого действия",
        ];
        let read_as_denied = denied.iter().filter(|text| read(text).is_some_and(|pair| pair.fault == Fault::Denied)).count();
        assert!(read_as_denied >= 2, "{read_as_denied}");
        for text in ["Bitte geben Sie Ihre Adresse ein", "Bienvenue", "Guardar cambios", "Пользователи", "検索"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
