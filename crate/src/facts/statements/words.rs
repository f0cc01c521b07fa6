//! Texts as words: sentences of any language, and identifiers taken apart.

use std::borrow::Cow;

/// Words of one clause that are looked at: what says why is short.
const MOST_WORDS: usize = 80;

/// Signs of a script without blanks that say about as much as one word of another.
const SIGNS_OF_A_WORD: usize = 3;

/// Letters of a word that is cut short before a dot, such as "dvs." or "bzw.".
const ABBREVIATION: usize = 3;

/// One clause of a text, its words in lower case.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Clause {
    /// Its words: letters and digits, without accents; `tokenExpired` and `token_expired` are two each. Each sign of a
    /// script that sets no blanks is a word of its own.
    pub words: Vec<String>,
    /// Whether it ended in a question mark.
    pub asks: bool,
    signs: usize,
}

impl Clause {
    /// How long it is, in words of a language that sets blanks.
    #[must_use]
    pub fn length(&self) -> usize {
        self.words.len() - self.signs + self.signs.div_ceil(SIGNS_OF_A_WORD)
    }

    fn push(&mut self, word: String, is_sign: bool) {
        if self.words.len() < MOST_WORDS {
            self.words.push(word);
            self.signs += usize::from(is_sign);
        }
    }
}

/// The clauses of a text. Marks between sentences part them; a bar, a slash or a dot within a word do not.
pub fn clauses(text: &str) -> Vec<Clause> {
    let text = without_addresses(text);
    let text = &*with_remarks_behind(&text);
    let mut parted = Vec::new();
    let mut clause = Clause::default();
    let mut word = String::new();
    let mut before = ' ';
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let begins_word = c.is_ascii_uppercase() && (before.is_ascii_lowercase() || before.is_ascii_digit() && word.len() > 1)
            || c.is_ascii_uppercase() && before.is_ascii_uppercase() && chars.peek().is_some_and(char::is_ascii_lowercase)
            || c.is_ascii_digit() && before.is_ascii_lowercase() && chars.peek().is_some_and(char::is_ascii_uppercase);
        if begins_word || is_sign(c) {
            end_word(&mut clause, &mut word);
        }
        match c {
            '\'' | '’' if !word.is_empty() && is_contraction(chars.clone()) => {}
            _ if is_sign(c) => clause.push(c.to_string(), true),
            // Marks within a word: of vowels, and of letters that do not join.
            '\u{300}'..='\u{36f}' | '\u{5b0}'..='\u{5c7}' | '\u{64b}'..='\u{652}' | '\u{ad}' | '\u{200d}' => {}
            _ if c.is_ascii_alphanumeric() => word.push(c.to_ascii_lowercase()),
            _ if c.is_alphanumeric() => c.to_lowercase().for_each(|c| match without_accent(c) {
                Some(plain) => word.push_str(plain),
                None => word.push(c),
            }),
            _ => {
                let is_abbreviated = c == '.' && word.chars().count() <= ABBREVIATION && {
                    let mut rest = chars.clone();
                    rest.next() == Some(' ') && rest.next().is_some_and(char::is_lowercase)
                };
                end_word(&mut clause, &mut word);
                let ends_clause = !is_abbreviated
                    && (matches!(c, ';' | '!' | '?' | '\n' | '(' | ')' | '。' | '、' | '，' | '！' | '？' | '；' | '：' | '؟' | '،')
                        || matches!(c, '.' | ':' | ',') && chars.peek().is_none_or(|next| *next == ' ' || is_sign(*next)));
                if ends_clause {
                    clause.asks = matches!(c, '?' | '？' | '؟');
                    parted.push(std::mem::take(&mut clause));
                }
            }
        }
        before = c;
    }
    end_word(&mut clause, &mut word);
    parted.push(clause);
    parted.into_iter().flat_map(at_reasons).filter(|clause| !clause.words.is_empty()).collect()
}

/// Words that begin the reason for what stands before them, without accents.
const REASONS: [&str; 16] = [
    "because",
    "car",
    "deoarece",
    "denn",
    "eftersom",
    "fordi",
    "koska",
    "mert",
    "omdat",
    "perche",
    "poniewaz",
    "porque",
    "protoze",
    "weil",
    "потому",
    "поскольку",
];

/// A clause and the reason in it are two: what is denied in the one is not in the other.
fn at_reasons(mut clause: Clause) -> Vec<Clause> {
    let mut parted = Vec::new();
    while let Some(at) = clause.words.iter().rposition(|word| REASONS.contains(&word.as_str())).filter(|at| *at > 0 && clause.signs == 0) {
        parted.push(Clause { words: clause.words.split_off(at), asks: clause.asks, signs: 0 });
    }
    parted.push(clause);
    parted.reverse();
    parted
}

/// A text without the mail addresses in it: whose account it is says nothing of what is wrong.
fn without_addresses(text: &str) -> Cow<'_, str> {
    let is_address = |word: &&str| {
        word.trim_matches(|c: char| !c.is_alphanumeric()).split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.'))
    };
    if !text.split(' ').any(|word| is_address(&word)) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.split(' ').filter(|word| !is_address(word)).collect::<Vec<_>>().join(" "))
}

/// A text whose remarks in brackets stand behind it where a sentence goes on after them: "your address (192.0.2.1) differs" is one
/// clause, and what is in the brackets another.
fn with_remarks_behind(text: &str) -> Cow<'_, str> {
    let goes_on = |rest: &str| rest.strip_prefix(' ').is_some_and(|rest| rest.starts_with(char::is_lowercase));
    let mut sentence = String::new();
    let mut remarks = String::new();
    let mut rest = text;
    while let Some((before, (remark, after))) = rest.split_once('(').and_then(|(before, behind)| Some((before, behind.split_once(')')?))) {
        sentence.push_str(before);
        if goes_on(after) && before.ends_with(' ') && !remark.contains('(') {
            remarks.push_str("; ");
            remarks.push_str(remark);
        } else {
            sentence.extend(["(", remark, ")"]);
        }
        rest = after;
    }
    if remarks.is_empty() { Cow::Borrowed(text) } else { Cow::Owned(sentence + rest + &remarks) }
}

fn end_word(clause: &mut Clause, word: &mut String) {
    if !word.is_empty() {
        clause.push(std::mem::take(word), false);
    }
}

/// Whether an apostrophe joins, as in "doesn't", and does not part, as in "l'utente": what follows is a short English
/// ending.
fn is_contraction(mut rest: impl Iterator<Item = char>) -> bool {
    let ending: String = rest.by_ref().take_while(|c| c.is_alphabetic()).take(3).flat_map(char::to_lowercase).collect();
    matches!(&*ending, "t" | "s" | "d" | "m" | "re" | "ve" | "ll")
}

/// A sign of a script that sets no blanks between words, or sets them as it likes: kana, Han, Hangul.
fn is_sign(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}')
}

/// The letter that people write who have no key for this one, where there is one; in lower case.
fn without_accent(c: char) -> Option<&'static str> {
    Some(match c {
        'à'..='å' | 'ā' | 'ă' | 'ą' | 'ǎ' | 'ạ' | 'ả' | 'ấ' | 'ầ' | 'ẩ' | 'ẫ' | 'ậ' | 'ắ' | 'ằ' | 'ẳ' | 'ẵ' | 'ặ' => {
            "a"
        }
        'æ' => "ae",
        'ç' | 'ć' | 'ĉ' | 'ċ' | 'č' => "c",
        'ď' | 'đ' | 'ð' => "d",
        'è'..='ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' | 'ẹ' | 'ẻ' | 'ẽ' | 'ế' | 'ề' | 'ể' | 'ễ' | 'ệ' => "e",
        'ĝ' | 'ğ' | 'ġ' | 'ģ' => "g",
        'ì'..='ï' | 'ĩ' | 'ī' | 'ĭ' | 'į' | 'ı' | 'ỉ' | 'ị' => "i",
        'ķ' => "k",
        'ĺ' | 'ļ' | 'ľ' | 'ł' => "l",
        'ñ' | 'ń' | 'ņ' | 'ň' => "n",
        'ò'..='ö' | 'ø' | 'ō' | 'ŏ' | 'ő' | 'ơ' | 'ọ' | 'ỏ' | 'ố' | 'ồ' | 'ổ' | 'ỗ' | 'ộ' | 'ớ' | 'ờ' | 'ở' | 'ỡ' | 'ợ' => {
            "o"
        }
        'œ' => "oe",
        'ŕ' | 'ŗ' | 'ř' => "r",
        'ś' | 'ŝ' | 'ş' | 'š' | 'ș' => "s",
        'ß' => "ss",
        'ţ' | 'ť' | 'ț' => "t",
        'ù'..='ü' | 'ũ' | 'ū' | 'ŭ' | 'ů' | 'ű' | 'ų' | 'ư' | 'ụ' | 'ủ' | 'ứ' | 'ừ' | 'ử' | 'ữ' | 'ự' => "u",
        'ý' | 'ÿ' | 'ỳ' | 'ỵ' | 'ỷ' | 'ỹ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        'ά' => "α",
        'έ' => "ε",
        'ή' => "η",
        'ί' | 'ϊ' | 'ΐ' => "ι",
        'ό' => "ο",
        'ύ' | 'ϋ' | 'ΰ' => "υ",
        'ώ' => "ω",
        'ς' => "σ",
        'ё' => "е",
        'آ' | 'أ' | 'إ' => "ا",
        'ى' | 'ي' | 'ئ' => "ی",
        'ك' => "ک",
        'ة' | 'ۀ' => "ه",
        // What is left of a capital I with a dot.
        '\u{307}' => "",
        _ => return None,
    })
}
#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        clauses(text).into_iter().map(|clause| clause.words.join(" ")).collect()
    }

    #[test]
    fn identifiers_come_apart() {
        for (text, parts) in [
            ("TOKEN_EXPIRED", "token expired"),
            ("jwt_auth_no_auth_header", "jwt auth no auth header"),
            ("invalidCredentials", "invalid credentials"),
            ("FST_JWT_AUTHORIZATION_TOKEN_INVALID", "fst jwt authorization token invalid"),
            ("JWTExpiredError", "jwt expired error"),
            ("auth/user-not-found", "auth user not found"),
            ("error.login.blocked_user", "error login blocked user"),
            ("requires2FA", "requires 2fa"),
        ] {
            assert_eq!(words(text), [parts]);
        }
    }

    #[test]
    fn sentences_end_at_their_marks() {
        assert_eq!(words("Your token isn't valid. Please log in!"), ["your token isnt valid", "please log in"]);
        // A remark in the midst of a sentence does not part it.
        assert_eq!(
            words("Your address (192.0.2.1) differs from the one before."),
            ["your address differs from the one before", "192 0 2 1"]
        );
        assert_eq!(words("Not found (the user). Try again (later)"), ["not found", "the user", "try again", "later"]);
        assert_eq!(words("a (b c"), ["a", "b c"]);
        assert!(clauses("Forgot your password?").first().is_some_and(|clause| clause.asks));
    }
}
