//! What a server that fails says of a login of its own: at its database, its directory, its mail server.

use crate::exchange::Exchange;
use crate::facts::renewal::sent;
use crate::place::Place;
use crate::syntax::form::is_password_name;
use crate::syntax::hidden_fields::unescaped;

/// Whether an answer by 500 that speaks of a refused password may speak of the server's own: what it says is worded by something
/// behind the server, or names a user whom nobody sent.
#[must_use]
pub fn may_be_of_the_servers_own_login(exchange: &Exchange, said: &Place) -> bool {
    let Place::ResponseBody(span) = said else { return false };
    if exchange.status() != 500 {
        return false;
    }
    let text = exchange.response_text();
    let line = unescaped(line_around(text, span.start));
    is_worded_behind(&line)
        || named_user(&line).is_some_and(|user| !sends(exchange, user))
        || !shows_form(text) && texts_around(text, span.start).any(is_worded_behind)
}

/// Whether a page shows a form, which may let people choose among what stands behind the server.
fn shows_form(text: &str) -> bool {
    text.contains("<form") || text.contains("<FORM")
}

/// What follows a tag's end in a text that was cut before it.
fn behind_tag(piece: &str) -> &str {
    piece.rsplit('>').next().unwrap_or(piece)
}

/// Texts that count on each side of a sentence: the heads of an error, the lines of its trace.
const AROUND: usize = 2;

/// The lines before and behind the one in which a position stands, or the texts of the elements around it.
fn texts_around(text: &str, at: usize) -> impl Iterator<Item = &str> {
    const ENDS: [char; 2] = ['<', '\n'];
    let (before, after) = text.split_at_checked(at).unwrap_or((text, ""));
    let in_words = |piece: &&str| piece.contains(char::is_alphanumeric);
    let earlier = before.rsplit(ENDS).skip(1).map(behind_tag).filter(in_words).take(AROUND);
    earlier.chain(after.split(ENDS).skip(1).map(behind_tag).filter(in_words).take(AROUND))
}

/// The line of a text, or the text between two tags of a page, in which a position stands.
fn line_around(text: &str, at: usize) -> &str {
    const ENDS: [char; 3] = ['<', '>', '\n'];
    let (before, after) = text.split_at_checked(at).unwrap_or((text, ""));
    let begin = before.rfind(ENDS).map_or(0, |end| end + 1);
    let end = after.find(ENDS).map_or(text.len(), |end| before.len() + end);
    text.get(begin..end).unwrap_or_default()
}

/// Whether a line bears the name or the code of a protocol that servers speak with what stands behind them.
fn is_worded_behind(line: &str) -> bool {
    let is_protocol = |word: &str| PROTOCOLS.iter().any(|known| word.eq_ignore_ascii_case(known)) || is_drivers_class(word);
    let is_code = |word: &str| CODES.contains(&word) || is_mail_status(word);
    line.split(|sign: char| !sign.is_alphanumeric()).any(is_protocol)
        || line.split(|sign: char| !sign.is_alphanumeric() && sign != '.' && sign != '-').any(is_code)
}

/// Whether a word is the class of an error that a driver of such a server throws: it is called after its protocol.
fn is_drivers_class(word: &str) -> bool {
    let begins = |known: &str| word.get(..known.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(known));
    let is_class = word.ends_with("Error") || word.ends_with("Exception");
    is_class && PROTOCOLS.iter().chain(&DRIVERS).any(|known| begins(known))
}

/// How such classes begin besides.
const DRIVERS: [&str; 6] = ["amqp", "mongo", "mysql", "pdo", "redis", "sql"];

/// Protocols and interfaces of directories, databases and mail servers.
const PROTOCOLS: [&str; 9] = ["imap", "jdbc", "ldap", "ldaps", "odbc", "radius", "smtp", "sqlstate", "starttls"];

/// Codes by which such servers refuse a login: of Redis' RESP, of Oracle, of SQLSTATE's class 28 (ISO 9075), of Active Directory.
const CODES: [&str; 7] = ["28000", "28P01", "AcceptSecurityContext", "NOAUTH", "NOPERM", "ORA-01017", "WRONGPASS"];

/// RFC 3463 3.8: a mail server's status about security.
fn is_mail_status(word: &str) -> bool {
    word.strip_prefix("5.7.").is_some_and(|detail| !detail.is_empty() && detail.bytes().all(|digit| digit.is_ascii_digit()))
}

/// The user whom a line names in quotation marks.
fn named_user(line: &str) -> Option<&str> {
    const MARKS: [char; 3] = ['"', '\'', '`'];
    // In JSON a quotation mark is written behind a backslash.
    let begins = |rest: &str| rest.trim_start_matches('\\').starts_with(MARKS);
    let after = ["user ", "role ", "login "].iter().find_map(|word| line.split(word).skip(1).find(|rest| begins(rest)))?;
    let user = after.trim_start_matches('\\').trim_start_matches(MARKS).split(MARKS).next()?.trim_end_matches('\\');
    (!user.is_empty()).then_some(user)
}

/// Whether a user is among what a request sends, with or without a domain; where it is not to be seen, it may be.
fn sends(exchange: &Exchange, user: &str) -> bool {
    let sent = sent(exchange);
    let bare = without_domain(user);
    sent.is_empty() || sent.iter().any(|(name, value)| !is_password_name(name) && without_domain(value).eq_ignore_ascii_case(bare))
}

/// A user's name without the domain before or behind it.
fn without_domain(user: &str) -> &str {
    let name = user.rsplit('\\').next().unwrap_or(user);
    name.split('@').next().unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{diagnose, reports};
    use crate::finding::Certainty;

    fn refused(sent: &str, status: &str, says: &str) -> String {
        format!("> POST https://app.test/login\n>\n> {sent}\n< {status}\n< Content-Type: text/html\n<\n< <h1>Error</h1><p>{says}</p>\n")
    }

    const FAILED: &str = "500 Internal Server Error";

    fn root(text: &str) -> (&'static str, Certainty) {
        let cause = &diagnose(text).failures[0].causes[0];
        (cause.id, cause.certainty)
    }

    #[test]
    fn the_servers_own_password_is_not_the_visitors() {
        for says in [
            "SMTP error: 535 5.7.8 Authentication failed: wrong username or password",
            "5.7.3 invalid username or password",
            "ORA-01017: invalid username/password; logon denied",
            "WRONGPASS invalid username-password pair",
            "LDAP: invalid credentials (49)",
            "SQLSTATE[28P01] password authentication failed",
            "FATAL: password authentication failed for user \"web\"",
            "Invalid password for user 'wiki'@'10.0.0.7'",
        ] {
            let text = refused("user=kurt&password=secret7", FAILED, says);
            assert_eq!(root(&text), ("auth-backend-unavailable", Certainty::Possible), "{says}");
            reports("auth-backend-unavailable", &text);
            let json = text.replace("<h1>Error</h1><p>", "{\"message\":\"").replace("</p>", "\"}").replace("text/html", "application/json");
            assert_eq!(root(&json.replace("user \"web\"", "user \\\"web\\\"")).0, "auth-backend-unavailable", "{says}");
        }
    }

    #[test]
    fn a_refusal_of_who_asks_stays_one() {
        let sent = "user=kurt&password=secret7";
        for (status, says) in [
            (FAILED, "The password is incorrect."),
            (FAILED, "Invalid password for user 'kurt'"),
            (FAILED, "Invalid password for user \"CORP\\kurt\""),
            ("401 Unauthorized", "Invalid password for user \"web\""),
            ("401 Unauthorized", "LDAP: invalid credentials (49)"),
        ] {
            let (id, certainty) = root(&refused(sent, status, says));
            assert_eq!((id, certainty >= Certainty::Likely), ("wrong-credentials", true), "{says}");
        }
    }

    #[test]
    fn what_a_visitor_sends_is_the_servers_user_only_as_a_whole() {
        let says = "FATAL: password authentication failed for user \"blog\"";
        for beside in
            ["email=kurt%40blog.test", "user=kurt&back=%2Fblog%2Fnew", "user=kurt&token=x9blogQ2", "user=kurt&keep=o", "user=kurt&pin=b"]
        {
            let text = refused(&format!("{beside}&password=blog"), FAILED, says);
            assert_eq!(root(&text), ("auth-backend-unavailable", Certainty::Possible), "{beside}");
        }
        for beside in ["user=Blog", "email=blog%40mail.test", "user=CORP%5Cblog"] {
            let text = refused(&format!("{beside}&password=secret7"), FAILED, says);
            assert_eq!(root(&text), ("wrong-credentials", Certainty::Likely), "{beside}");
        }
    }

    #[test]
    fn the_words_of_what_stands_behind_the_server_may_stand_around_and_be_escaped() {
        for says in [
            "Password authentication failed for user &quot;wiki_rw&quot;",
            "Password authentication failed for user &#39;wiki_rw&#39;",
            "Invalid credentials\n<     at ImapClient.login(imap.js:12)",
            "<b>SQLSTATE[08006]</b> <b>FATAL</b>: <i>password authentication failed</i> (web)",
            "MySqlException: Authentication failed: wrong username or password",
        ] {
            let text = refused("user=kurt&password=secret7", FAILED, says);
            assert_eq!(root(&text), ("auth-backend-unavailable", Certainty::Possible), "{says}");
        }
        for says in [
            "Password authentication failed for user &quot;kurt&quot;",
            "Invalid credentials\n<     at LoginForm.check(form.js:12)",
            "BadCredentialsException: Invalid username or password",
            "Invalid username or password</p><form method=post><b>LDAP</b><input name=user><input type=password name=password></form>",
        ] {
            let text = refused("user=kurt&password=secret7", FAILED, says);
            assert_eq!(root(&text).0, "wrong-credentials", "{says}");
        }
    }
}
