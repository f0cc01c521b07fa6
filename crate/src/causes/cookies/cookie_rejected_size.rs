use super::refused_cookie;
use crate::cause::{Audience, Case, Cause, CauseMeta};
use crate::declare_cause;
use crate::facts::text_of;
use crate::facts::tokens::Carrier;
use crate::finding::{Certainty, Finding};
use crate::place::Place;
use crate::session::cookie_store::BlockedReason;
use crate::syntax::set_cookie::MAX_PAIR;

declare_cause! {
    /// Name and value of the cookie are longer than 4096 bytes together. Browsers drop it whole,
    /// without a word. It happens when a whole token or user record is packed into a cookie.
    ///
    /// ```http-notation
    /// > POST https://app.example.test/login
    /// > Content-Type: application/x-www-form-urlencoded
    /// >
    /// > user=alice&password=wonder
    /// < 302 Found
    /// < Location: /home
    /// < Set-Cookie: session={repeat x 5000}; Path=/; Secure; HttpOnly
    ///
    /// ~ kind document
    /// > GET https://app.example.test/home
    /// < 302 Found
    /// < Location: /login
    /// ```
    CookieRejectedSize {
        id: "cookie-rejected-size",
        family: "cookies",
        side: Server,
        stage: CookieNotKept,
        title: "The cookie is larger than browsers keep",
        recognised: "Name and value of a Set-Cookie line exceed 4096 bytes, and the cookie is absent from the later request that needs it.",
        remedies: [
            (User, "Tell the site's developer. If other accounts can log in, yours carries more roles or groups than fit.", "After the login the site knows you."),
            (Developer, "Keep the session on the server and only its identifier in the cookie; or store less in it, or split it into several as session libraries offer.", "Name and value of each cookie stay below 4096 bytes, and the next request bears it."),
            (Administrator, "If a gateway packs tokens into the cookie, let it keep sessions in a store such as Redis, or leave group claims out of the token.", "The cookie that the gateway sets is shorter than 4096 bytes."),
        ],
        references: [("RFC 6265bis 5.6: the limit on name and value", "https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#section-5.6")],
    }
}

impl Cause for CookieRejectedSize {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        let Some(cookie) = refused_cookie(case, &[BlockedReason::NameValuePairExceedsMaxSize]) else { return written_by_script(case) };
        let line = cookie.attributes()?;
        let size = line.name.len() + line.value.len();
        let finding = Finding::new(&META, Certainty::Proved, format!("The browser dropped the cookie {}: its name and value are {size} bytes long, and browsers keep no more than {MAX_PAIR}; so {} went without it.", cookie.name, case.request()))
            .about(cookie.name)
            .shown(cookie.at, cookie.place(), format!("Name and value have {size} bytes."))
            .advise(Audience::Developer, format!("Let {} carry an identifier and keep the rest on the server; at least {} bytes must go.", cookie.name, size.saturating_sub(MAX_PAIR)), format!("{} bears {}.", case.request(), cookie.name));
        Some(cookie.absence(case, finding))
    }
}

/// A token that a script of this application was given and that no request ever bears, while the application knows nobody:
/// a script may write it into a cookie as well, and the browser drops what is too large without a word.
fn written_by_script(case: &Case<'_>) -> Option<Finding> {
    let (exchange, facts) = (case.exchange(), case.facts());
    let bears = facts.credentials.is_some() || case.session.bears_carrier(case.record);
    if !case.is_denied() || bears || exchange.unseen.cookies || exchange.unseen.authorization {
        return None;
    }
    let page = case.record.page().map_or_else(|| exchange.url.origin(), |page| page.origin());
    let tokens = case.session.tokens();
    let (at, size) = case.earlier_anywhere().take(RECENT).find_map(|(at, record)| {
        let is_own = record.exchange.kind.is_by_script() && record.page().is_some_and(|other| other.origin() == page);
        let mut given = record.facts.tokens.iter().filter(|seen| is_own && seen.carrier == Carrier::ResponseJson);
        let is_idle = |token| tokens.borne(token).next().is_none();
        given.find_map(|seen| {
            let size = text_of(&record.exchange, seen.token.fingerprint)?.0.len();
            (size > MAX_PAIR && is_idle(seen.token.fingerprint)).then_some((at, size))
        })
    })?;
    let others = case.others().any(|(_, record)| record.facts.bears_credentials());
    let summary = format!("A token of {size} bytes was handed out, and no request bears it: a cookie holds no more than {MAX_PAIR}.");
    (!others).then(|| {
        Finding::new(&META, Certainty::Possible, summary)
            .about(size.to_string())
            .shown(at, Place::Status, format!("A token of {size} bytes is in this answer."))
            .shown(case.at(), Place::Target, "This request bears neither Authorization nor a cookie.")
            .unseen("Whether a script of the page tried to write the token into a cookie.")
            .next("The browser's console and its list of cookies right after the login.")
    })
}

/// Answers before a refusal among which is the one that brought the token.
const RECENT: usize = 16;

#[cfg(test)]
mod tests {
    use super::super::testing::login;
    use crate::causes::testing::{is_silent, reports};

    const ID: &str = "cookie-rejected-size";

    #[test]
    fn counts_name_and_value() {
        assert!(reports(ID, &login("https://app.test", "sid={repeat x 4094}")).contains("4097 bytes"));
    }

    #[test]
    fn passes_over_the_largest_that_fits() {
        is_silent(ID, &login("https://app.test", "sid={repeat x 4093}"));
    }

    #[test]
    fn a_token_too_large_for_the_cookie_that_a_script_writes() {
        let session = |size: usize, fields: &str| {
            format!(
                "~ kind fetch\n> POST https://id.test/token\n> Origin: https://app.test\n> Content-Type: application/x-www-form-urlencoded\n>\n> grant_type=authorization_code&code={{secret c 30}}\n< 200 OK\n< Content-Type: application/json\n< Access-Control-Allow-Origin: *\n<\n< {{\"id_token\":\"{{secret t {size}}}\",\"token_type\":\"Bearer\"}}\n\n~ kind fetch\n> GET https://app.test/api/list\n> Referer: https://app.test/list\n{fields}< 401 Unauthorized\n<\n< {{\"error\":\"no session information\"}}\n"
            )
        };
        reports(ID, &session(5000, ""));
        is_silent(ID, &session(3000, ""));
        is_silent(ID, &session(5000, "> Authorization: Bearer {secret t 5000}\n"));
        is_silent(ID, &session(5000, "> Cookie: sid={secret s 30}\n"));
    }

    #[test]
    fn attributes_do_not_count() {
        is_silent(ID, &login("https://app.test", "sid=x; Path=/{repeat y 900}; Comment={repeat z 4000}"));
    }

    #[test]
    fn its_signature_alone_is_no_session() {
        let session = |size: usize| {
            let cookies = format!("k={{secret k {size}}}; Secure; HttpOnly\n< Set-Cookie: k.sig={{secret g 27}}; Secure; HttpOnly");
            let login = format!(
                "~ kind document\n> POST https://app.test/start\n>\n> user=a&password=b\n< 302 Found\n< Location: /\n< Set-Cookie: {cookies}\n\n"
            );
            let cookie =
                if size > 4096 { "k.sig={secret g 27}".to_owned() } else { format!("k={{secret k {size}}}; k.sig={{secret g 27}}") };
            format!(
                "{login}~ kind document\n> GET https://app.test/\n> Cookie: {cookie}\n< 302 Found\n< Location: /start\n\n~ kind document\n> GET https://app.test/start\n> Cookie: {cookie}\n< 200 OK\n<\n< <input type=password name=password>\n"
            )
        };
        reports(ID, &session(5000));
        is_silent(ID, &session(500));
    }
}
