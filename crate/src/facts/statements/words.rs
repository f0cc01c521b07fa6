//! Texts as words: sentences, and identifiers taken apart.

/// Words of one clause that are looked at: what says why is short.
const MOST_WORDS: usize = 40;

/// One clause of a text, its words in lower case.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Clause {
    /// Its words: letters and digits of ASCII; `tokenExpired` and `token_expired` are two each.
    pub words: Vec<String>,
    /// Whether it ended in a question mark.
    pub asks: bool,
}

/// The clauses of a text. Marks between sentences part them; a bar, a slash or a dot within a word do not.
pub fn clauses(text: &str) -> Vec<Clause> {
    let mut clauses = vec![Clause::default()];
    let mut word = String::new();
    let mut before = ' ';
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let begins_word = c.is_ascii_uppercase() && (before.is_ascii_lowercase() || before.is_ascii_digit() && word.len() > 1)
            || c.is_ascii_uppercase() && before.is_ascii_uppercase() && chars.peek().is_some_and(char::is_ascii_lowercase)
            || c.is_ascii_digit() && before.is_ascii_lowercase() && chars.peek().is_some_and(char::is_ascii_uppercase);
        if begins_word {
            end_word(&mut clauses, &mut word);
        }
        match c {
            // "doesn't" is one word.
            '\'' | '’' if !word.is_empty() => {}
            _ if c.is_ascii_alphanumeric() => word.push(c.to_ascii_lowercase()),
            _ => {
                end_word(&mut clauses, &mut word);
                let ends_clause = matches!(c, ';' | '!' | '?' | '\n' | '(' | ')')
                    || matches!(c, '.' | ':' | ',') && chars.peek().is_none_or(|next| *next == ' ');
                if ends_clause {
                    if let Some(last) = clauses.last_mut().filter(|_| c == '?') {
                        last.asks = true;
                    }
                    clauses.push(Clause::default());
                }
            }
        }
        before = c;
    }
    end_word(&mut clauses, &mut word);
    clauses.retain(|clause| !clause.words.is_empty());
    clauses
}

fn end_word(clauses: &mut [Clause], word: &mut String) {
    let word = std::mem::take(word);
    if let Some(clause) = clauses.last_mut().filter(|clause| !word.is_empty() && clause.words.len() < MOST_WORDS) {
        clause.words.push(word);
    }
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
        assert!(clauses("Forgot your password?").first().is_some_and(|clause| clause.asks));
    }
}
