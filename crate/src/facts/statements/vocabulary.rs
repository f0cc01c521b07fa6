//! Words and what they stand for, by language: `crate/data/words.tsv`, read once.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::pair::{Fault, Pair, Subject};
use super::words::{self, Clause};
use crate::data;

static VOCABULARY: LazyLock<Vocabulary> = LazyLock::new(|| Vocabulary::of(data::words()));

/// Words between a negation and what it turns.
const REACH: usize = 5;

/// Words between what a negation turns and the negation, in languages that may set it behind.
const REACH_BEHIND: usize = 3;

/// Words of a clause that a language's table does not know, where the others say what is wrong.
const MOST_STRANGE: usize = 4;

/// Letters of words that may join others.
const JOINING: usize = 3;

/// Words between "no" and what is not there.
const LACK_REACH: usize = 3;

/// What words stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    /// A whole statement.
    Pair(Pair),
    /// That it failed, whatever the reason: what is wrong unless something says more.
    Failed(Pair),
    /// What a clause is about, and how general that is.
    Subject(Subject, usize),
    /// What is wrong.
    Fault(Fault),
    /// What is wrong, whatever else the clause calls it, where it also says that something failed or names a fault: "connection to
    /// the server".
    Noun(Fault),
    /// That something failed, which says what only beside such a noun.
    Fails,
    /// What is wrong where it is denied.
    Good(Fault),
    /// A negation.
    Not,
    /// A negation of what follows: "no token".
    No,
    /// What makes a clause no statement.
    Aside,
}

/// A language, by its place in the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Language(usize);

impl Language {
    /// The one that identifiers are made of. Its words read in order.
    const ENGLISH: Self = Self(0);
    /// What every other language has borrowed.
    const ALL_OTHERS: Self = Self(usize::MAX);

    fn has(self, entry: Self) -> bool {
        entry == self || entry == Self::ALL_OTHERS && self != Self::ENGLISH
    }
}

struct Entry {
    words: Vec<String>,
    /// Whether the last word may have any ending.
    is_stem: bool,
    language: Language,
    role: Role,
}

/// Entries by the first letters of their first word, the longest first.
struct Vocabulary {
    entries: HashMap<[char; 3], Vec<Entry>>,
    languages: usize,
}

/// What stands in a clause.
struct Hit {
    at: usize,
    length: usize,
    language: Language,
    role: Role,
}

impl Vocabulary {
    fn of(table: &'static str) -> Self {
        let mut known = Self { entries: HashMap::new(), languages: 1 };
        let mut language = Language::ENGLISH;
        for (rank, line) in table.lines().enumerate().filter(|(_, line)| !line.starts_with('#')) {
            let mut columns = line.split('\t');
            let (Some(role), Some(value)) = (columns.next(), columns.next()) else { continue };
            if role == "language" {
                language = if value == "*" { Language::ALL_OTHERS } else { Language(known.languages) };
                known.languages += usize::from(value != "*");
                continue;
            }
            let Some(role) = role_of(role, value, rank) else { continue };
            for phrase in columns.next().unwrap_or_default().split(' ') {
                known.add(phrase, language, role);
            }
        }
        known
    }

    fn add(&mut self, phrase: &str, language: Language, role: Role) {
        let words: Vec<String> = words::clauses(&phrase.replace('+', " ")).into_iter().flat_map(|clause| clause.words).collect();
        let Some(first) = words.first() else { return };
        let list = self.entries.entry(key(first)).or_default();
        let at = list.partition_point(|other| other.words.len() >= words.len());
        list.insert(at, Entry { words, is_stem: phrase.ends_with('*'), language, role });
    }

    /// What the words stand for, in each language the longest that begins at a word.
    fn hits(&self, words: &[String]) -> Vec<Hit> {
        let mut hits: Vec<Hit> = Vec::new();
        for (at, first) in words.iter().enumerate() {
            let rest = words.get(at..).unwrap_or_default();
            for entry in self.entries.get(&key(first)).into_iter().flatten().filter(|entry| entry.begins(rest)) {
                let is_taken = |hit: &&Hit| hit.language == entry.language && hit.at + hit.length > at;
                if !hits.iter().rev().any(|hit| is_taken(&hit)) {
                    hits.push(Hit { at, length: entry.words.len(), language: entry.language, role: entry.role });
                }
            }
        }
        hits
    }
}

impl Entry {
    fn begins(&self, words: &[String]) -> bool {
        let last = self.words.len() - 1;
        let fits = |(nth, (own, word)): (usize, (&String, &String))| {
            if self.is_stem && nth == last { word.starts_with(&**own) } else { word == own }
        };
        words.len() > last && self.words.iter().zip(words).enumerate().all(fits)
    }
}

/// A stem has at least these letters, so every word that it begins has its key.
fn key(word: &str) -> [char; 3] {
    let mut letters = word.chars();
    std::array::from_fn(|_| letters.next().unwrap_or('\0'))
}

fn role_of(role: &str, value: &str, rank: usize) -> Option<Role> {
    match role {
        "pair" => {
            let (subject, fault) = value.split_once(' ')?;
            Some(Role::Pair(Pair { subject: Subject::named(subject)?, fault: Fault::named(fault)? }))
        }
        "failed" => Some(Role::Failed(Pair { subject: Subject::Password, fault: Fault::Wrong })),
        "subject" => Some(Role::Subject(Subject::named(value)?, rank)),
        "fault" => Some(Role::Fault(Fault::named(value)?)),
        "noun" => Some(Role::Noun(Fault::named(value)?)),
        "fails" => Some(Role::Fails),
        "good" => Some(Role::Good(Fault::named(value)?)),
        "not" => Some(Role::Not),
        "no" => Some(Role::No),
        "aside" => Some(Role::Aside),
        _ => None,
    }
}

/// That an address is shut out.
const OF_ADDRESS: Pair = Pair { subject: Subject::Address, fault: Fault::Denied };

/// That there were too many attempts.
const TOO_MANY: Pair = Pair { subject: Subject::Rate, fault: Fault::TooMany };

/// What a clause says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// What it is about.
    pub subject: Option<Subject>,
    /// What is wrong.
    pub fault: Option<Fault>,
    /// How many of its words are none of ours.
    pub strange: usize,
    /// Whether it says no more than that it failed.
    pub is_general: bool,
}

/// Reads one clause, in the language that knows most of its words. `None` where it says nothing or is no statement.
pub fn read(clause: &Clause) -> Option<Said> {
    let hits = VOCABULARY.hits(&clause.words);
    let mut best = (0, None);
    for language in (0..VOCABULARY.languages).map(Language) {
        let own = hits.iter().filter(|hit| language.has(hit.language));
        let known = own.clone().map(|hit| hit.length).sum();
        if known <= best.0 {
            continue;
        }
        let is_aside = own.clone().any(|hit| hit.role == Role::Aside);
        let said = read_in(language, own, clause);
        if language == Language::ENGLISH || is_aside || said.is_some_and(|said| said.subject.is_some()) {
            best = (known, said);
        }
    }
    best.1
}

fn read_in<'h>(language: Language, hits: impl Iterator<Item = &'h Hit> + Clone, clause: &Clause) -> Option<Said> {
    let all = hits.clone();
    let known: usize = hits.clone().map(|hit| hit.length).sum();
    let mut said = Said { strange: clause.words.len().saturating_sub(known), ..Said::default() };
    let mut rank = usize::MAX;
    let mut negations: Vec<usize> = Vec::new();
    if language != Language::ENGLISH {
        negations.extend(hits.clone().filter(|hit| matches!(hit.role, Role::Not | Role::No)).map(|hit| hit.at));
    }
    let mut lacks_at: Option<usize> = None;
    let mut lacks = false;
    let (mut whole, mut failed, mut noun, mut fails) = (None, None, None, false);
    for hit in hits {
        let reaches = |negation: &usize| {
            hit.at.checked_sub(*negation).map_or_else(|| negation - hit.at <= REACH_BEHIND, |distance| distance <= REACH)
        };
        match hit.role {
            Role::Aside => return None,
            // Where somebody may not log in from is why, and says more than that they may not.
            Role::Pair(pair) if pair == OF_ADDRESS && whole.is_some_and(|pair: Pair| pair.fault == Fault::Denied) => whole = Some(pair),
            Role::Pair(pair) => whole = whole.or(Some(pair)),
            Role::Failed(pair) => failed = failed.or(Some(pair)),
            Role::Subject(subject, more_general) => {
                let may_lack = !matches!(subject, Subject::Account | Subject::Password);
                lacks |= may_lack && lacks_at.is_some_and(|no| hit.at - no <= LACK_REACH);
                if more_general < rank {
                    (said.subject, rank) = (Some(subject), more_general);
                }
            }
            // "not expired" is no fault.
            Role::Fault(_) if negations.iter().any(|negation| *negation < hit.at && reaches(negation)) => return None,
            Role::Fault(fault) => said.fault = said.fault.or(Some(fault)),
            Role::Noun(fault) => noun = noun.or(Some(fault)),
            Role::Fails => fails = true,
            Role::Good(fault) => {
                if let Some(nth) = negations.iter().position(reaches) {
                    said.fault = said.fault.or(Some(fault));
                    negations.remove(nth);
                }
            }
            Role::Not | Role::No => {
                if language == Language::ENGLISH {
                    negations = vec![hit.at];
                }
                if hit.role == Role::No {
                    lacks_at = Some(hit.at);
                }
            }
        }
    }
    if fails || said.fault.is_some() || failed.is_some() {
        said.fault = noun.or(said.fault);
    }
    // What joins words is short in most languages, and no table lists it.
    let joins = |word: &str| word.chars().count() <= JOINING && word.is_ascii();
    let is_covered = |at: usize| all.clone().any(|hit| (hit.at..hit.at + hit.length).contains(&at));
    let strange = clause.words.iter().enumerate().filter(|(at, word)| !joins(word) && !is_covered(*at)).count();
    let length = clause.length() * strange / clause.words.len().max(1);
    if language != Language::ENGLISH && whole.is_none() && length > MOST_STRANGE {
        return None;
    }
    // That somebody has to sign in follows from a session's end, and says less.
    let has_ended = said.subject == Some(Subject::Session) && said.fault == Some(Fault::Expired);
    let asks_to_sign_in = |pair: &Pair| *pair == Pair { subject: Subject::Session, fault: Fault::Missing };
    // That there were too many attempts is why an account was locked, or an address, and says less.
    let is_shut = matches!(said.fault, Some(Fault::Locked | Fault::Disabled | Fault::Denied));
    if is_shut && whole == Some(TOO_MANY) {
        match said.subject {
            Some(Subject::Account) => return Some(Said { fault: Some(Fault::Locked), ..said }),
            Some(Subject::Address) => return Some(Said { fault: Some(Fault::Denied), ..said }),
            _ => {}
        }
    }
    // Who counts wrong passwords counts them for the account.
    let counts_wrong_ones = matches!(said.subject, Some(Subject::Password | Subject::SecondFactor)) && said.fault == Some(Fault::Wrong);
    if counts_wrong_ones && whole == Some(TOO_MANY) {
        return Some(Said { fault: Some(Fault::TooMany), ..said });
    }
    if let Some(pair) = whole.filter(|pair| !has_ended || !asks_to_sign_in(pair)) {
        return Some(Said { subject: Some(pair.subject), fault: Some(pair.fault), ..said });
    }
    if lacks {
        said.fault = said.fault.or(Some(if said.subject == Some(Subject::Permission) { Fault::Denied } else { Fault::Missing }));
    }
    if let Some(pair) = failed.filter(|_| said.subject.is_none() || said.fault.is_none()) {
        return Some(Said { subject: Some(pair.subject), fault: Some(pair.fault), is_general: true, ..said });
    }
    // Whether somebody denied something or was denied it is not told by these words alone.
    said.fault.filter(|fault| (said.subject, *fault) != (Some(Subject::Account), Fault::Denied)).map(|_| said)
}

#[cfg(test)]
mod tests {
    use super::super::words::clauses;
    use super::*;

    fn says(text: &str) -> Option<(&'static str, &'static str)> {
        let said = clauses(text).iter().find_map(read)?;
        Some((said.subject.map_or("", Subject::name), said.fault.map_or("", Fault::name)))
    }

    #[test]
    fn reads_identifiers_and_sentences() {
        for (text, subject, fault) in [
            ("TOKEN_EXPIRED", "token", "expired"),
            ("refreshTokenExpired", "refresh-token", "expired"),
            ("jwt_auth_no_auth_header", "token", "missing"),
            ("invalid_credentials", "password", "wrong"),
            ("FST_JWT_AUTHORIZATION_TOKEN_INVALID", "token", "wrong"),
            ("auth/user-not-found", "account", "unknown"),
            ("requires_mfa", "second-factor", "missing"),
            ("Invalid username or password.", "password", "wrong"),
            ("The password you entered is incorrect", "password", "wrong"),
            ("Your session has expired. Please log in again.", "session", "expired"),
            ("No API key found in request", "api-key", "missing"),
            ("The audience is invalid", "audience", "wrong"),
            ("Signature verification failed", "signature", "wrong"),
            ("Token has been revoked", "token", "revoked"),
            ("token is not yet valid", "token", "not-yet-valid"),
            ("CSRF token mismatch", "forgery-token", "mismatched"),
            ("security_csrf_violation", "forgery-token", "wrong"),
            ("INVALID_ORIGIN", "forgery-token", "mismatched"),
            ("JWTNotInAudience", "audience", "mismatched"),
            ("PASSWORD_TOO_SHORT", "password", "too-large"),
            ("User account is locked", "account", "locked"),
            ("You do not have permission to do this", "permission", "denied"),
            ("refresh_token_already_used", "refresh-token", "reused"),
            ("account does not exist", "account", "unknown"),
            ("no session found", "session", "missing"),
        ] {
            assert_eq!(says(text), Some((subject, fault)), "{text}");
        }
    }

    #[test]
    fn reads_past_addresses_and_abbreviations() {
        assert_eq!(says("Dein Konto lena.moser@bergwacht.example wurde deaktiviert."), Some(("account", "disabled")));
        assert_eq!(says("Contul dvs. este blocat"), Some(("account", "locked")));
        assert_eq!(says("Der LDAP-Server ist nicht erreichbar"), Some(("backend", "missing")));
        for lost in [
            "Connection to storage server failed.",
            "Verbindung zum IMAP-Server fehlgeschlagen.",
            "La connexion au serveur IMAP a échoué.",
            "Error de conexión con el servidor IMAP.",
            "Connessione al server IMAP fallita.",
            "Falha na conexão com o servidor IMAP.",
            "Verbinding met de IMAP-server is mislukt.",
            "Połączenie z serwerem IMAP nie powiodło się.",
            "Připojení k serveru IMAP selhalo.",
            "Anslutningen till IMAP-servern misslyckades.",
        ] {
            assert_eq!(says(lost), Some(("backend", "missing")), "{lost}");
        }
        for remark in [
            "Connection to the IMAP server is encrypted.",
            "La connexion au serveur IMAP est chiffrée.",
            "Verbindung zum LDAP-Server hergestellt.",
        ] {
            assert_eq!(says(remark), None, "{remark}");
        }
        assert_eq!(says("Your current address (192.0.2.1) differs from that before."), Some(("address", "mismatched")));
        assert_eq!(says("Vaša seja je potekla"), Some(("session", "expired")));
        let reason = "Vous ne pouvez pas accéder à votre compte car votre mot de passe a expiré.";
        assert_eq!(says(reason), Some(("password", "expired")));
    }

    #[test]
    fn what_says_nothing_stays_silent() {
        for text in [
            "token_is_not_expired",
            "The session has not expired",
            "Forgot your password?",
            "Enter your new password",
            "If your session expired, log in",
            "Password",
            "Sign in",
            "Welcome back",
            "Order not found",
            "topic is locked",
            "You cannot change the username",
        ] {
            let said = says(text).filter(|(subject, _)| !subject.is_empty());
            assert_eq!(said, None, "{text}");
        }
    }

    #[test]
    fn reads_what_other_languages_say() {
        for (text, subject, fault) in [
            ("Ihre Sitzung ist abgelaufen.", "session", "expired"),
            ("Benutzername oder Passwort ist nicht gültig", "password", "wrong"),
            ("Nom d’utilisateur ou mot de passe incorrect", "password", "wrong"),
            ("Votre compte a été désactivé", "account", "disabled"),
            ("La contraseña no es válida", "password", "wrong"),
            ("SESION EXPIRADA", "session", "expired"),
            ("Troppi tentativi, riprova più tardi", "rate", "too-many"),
            ("Ela está temporariamente bloqueada.", "account", "locked"),
            ("Gebruiker bestaat niet", "account", "unknown"),
            ("Nie masz uprawnień do tej operacji", "permission", "denied"),
            ("Uživatelský účet je uzamčen", "account", "locked"),
            ("Felaktigt användarnamn eller lösenord", "password", "wrong"),
            ("Salasana on vanhentunut", "password", "expired"),
            ("Parolanız yanlış", "password", "wrong"),
            ("Пароль неверный", "password", "wrong"),
            ("Обліковий запис заблоковано", "account", "locked"),
            ("A munkamenet lejárt", "session", "expired"),
            ("Λανθασμένος κωδικός πρόσβασης", "password", "wrong"),
            ("ユーザー名またはパスワードが正しくありません。", "password", "wrong"),
            ("セッションの有効期限が切れました", "session", "expired"),
            ("用户名或密码错误", "password", "wrong"),
            ("帳號已被鎖定", "account", "locked"),
            ("비밀번호가 올바르지 않습니다.", "password", "wrong"),
            ("Mật khẩu không đúng", "password", "wrong"),
            ("انتهت صلاحية الجلسة", "session", "expired"),
            ("הסיסמה שגויה", "password", "wrong"),
            ("نام کاربری یا گذرواژه نادرست است", "password", "wrong"),
        ] {
            assert_eq!(says(text), Some((subject, fault)), "{text}");
        }
    }

    #[test]
    fn helps_and_rules_of_other_languages_state_nothing() {
        for text in [
            "Passwort vergessen?",
            "Das neue Passwort ist ungültig: mindestens 8 Zeichen",
            "Wenn Ihre Sitzung abgelaufen ist, laden Sie neu",
            "Die Sitzung ist nicht abgelaufen",
            "Mot de passe oublié",
            "Las contraseñas no coinciden",
            "Введите пароль",
            "パスワードをお忘れですか",
            "如果密码错误，请重试",
            "비밀번호",
        ] {
            assert_eq!(says(text).filter(|(subject, _)| !subject.is_empty()), None, "{text}");
        }
    }

    #[test]
    fn every_row_is_read_and_every_stem_begins_words() {
        for line in data::words().lines().filter(|line| !line.starts_with('#')) {
            let columns: Vec<&str> = line.split('\t').collect();
            if let [role, value, phrases] = columns[..] {
                assert!(role_of(role, value, 0).is_some(), "{line}");
                for phrase in phrases.split(' ') {
                    let words: Vec<String> = clauses(&phrase.replace('+', " ")).into_iter().flat_map(|clause| clause.words).collect();
                    assert!(!words.is_empty(), "{phrase}");
                    let is_short = words.len() == 1 && words.iter().any(|word| word.chars().count() < 3);
                    assert!(!phrase.ends_with('*') || !is_short, "{phrase} is found by three letters");
                }
            } else {
                assert!(matches!(columns[..], ["language", _]), "{line}");
            }
        }
    }
}
