use crate::cause::{Case, Cause, CauseMeta};
use crate::causes::stated;
use crate::declare_cause;
use crate::exchange::Kind;
use crate::facts::Purpose;
use crate::facts::parameters::Parameters;
use crate::facts::statements::{REASON_FIELDS, Statement, page_texts};
use crate::finding::{Certainty, Finding};
use crate::place::Place;
use crate::session::{FailureKind, Record};
use crate::syntax::json;

declare_cause! {
    /// A bot check in front of the application answered with a puzzle or a script instead of passing
    /// the request on. A program, or a script of the page, cannot solve it.
    ///
    /// ```http-notation
    /// ~ kind fetch
    /// > POST https://app.example.test/api/login
    /// > Content-Type: application/json
    /// >
    /// > {"user": "alice", "password": "secret"}
    /// < 403 Forbidden
    /// < Server: cloudflare
    /// < CF-Mitigated: challenge
    /// ```
    BotChallenge {
        id: "bot-challenge",
        family: "security",
        side: SecurityControl,
        stage: Intercepted,
        title: "A bot check stands before the login",
        recognised: "cf-mitigated: challenge, x-amzn-waf-action: challenge or captcha, or the marks of a known bot check in the content. Or a page whose title says that it finds out whether a person asks; or a form that comes again with a text that names a captcha, where the same page named none before.",
        remedies: [
            (User, "Open the site's page in a tab of its own, solve the check, then log in again.", "After the check the login goes through."),
            (Developer, "Let the page that calls the API pass the check first, and handle this answer in scripts by loading a page.", "The call succeeds once the check's cookie is there."),
            (Administrator, "Exempt the login API from challenges that only a page can solve, or use a rule that blocks outright.", "The rule's log no longer lists the path."),
        ],
        references: [("Cloudflare: detect a challenge response", "https://developers.cloudflare.com/cloudflare-challenges/challenge-types/challenge-pages/detect-response/"), ("AWS WAF: CAPTCHA and challenge", "https://docs.aws.amazon.com/waf/latest/developerguide/waf-captcha-and-challenge.html")],
    }
}

impl Cause for BotChallenge {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        let summary = format!("A bot check in front of {} answered {}; the application never saw it.", case.host(), case.request());
        let by_field = || {
            let (name, _) =
                FIELDS.iter().find(|(name, values)| case.exchange().received(name).is_some_and(|value| values.contains(&value)))?;
            let finding = Finding::new(&META, Certainty::Stated, summary.clone());
            Some(finding.shown(case.at(), Place::Received(name, 0), "The bot check names itself."))
        };
        let by_title = || {
            let finding = Finding::new(&META, Certainty::Likely, summary.clone()).about(case.host());
            let page = Place::ResponseBody(case.exchange().response_text().find("<title>").map_or(0..0, |at| at..at + "<title>".len()));
            case.record.checks_for_humans().then(|| finding.shown(case.at(), page, "This page finds out whether a person asks."))
        };
        by_field()
            .or_else(|| stated(case, &META, summary.clone()))
            .or_else(by_title)
            .or_else(|| wanted(case))
            .or_else(|| unsolved(case))
            .or_else(|| named_anew(case))
    }
}

/// A login that is refused by a code that asks for a captcha, in a field that says why or in a short answer to a program.
pub(super) fn wanted(case: &Case<'_>) -> Option<Finding> {
    if case.failure.kind != FailureKind::Refused || case.facts().purpose != Purpose::SignIn {
        return None;
    }
    let by_field = || {
        let says = |name: &&str| case.exchange().received(name).is_some_and(asks_for_captcha);
        REASON_FIELDS.into_iter().find(says).map(|name| Place::Received(name, 0))
    };
    let by_content = || {
        let text = case.exchange().response_text();
        let mut asks = false;
        let is_short = text.len() <= ANSWER && case.stated("wrong-credentials").is_none();
        if is_short && text.trim_start().starts_with('{') {
            let _ = json::each_member(text, &mut |name, value| asks |= member_asks(name, value));
        }
        asks.then_some(Place::ResponseBody(0..text.len()))
    };
    let place = by_field().or_else(by_content)?;
    let summary = format!("{} asks for a captcha before it looks at the password of {}.", case.host(), case.request());
    Some(Finding::new(&META, Certainty::Stated, summary).about(case.host()).shown(case.at(), place, "This asks for a captcha."))
}

/// Bytes of the longest answer to a program whose codes are looked at.
const ANSWER: usize = 2048;

/// Whether a member asks for a captcha: by a name that does and a value that says yes, or by a code.
fn member_asks(name: &str, value: &str) -> bool {
    let value = value.trim();
    let is_yes = value == "true" || value.eq_ignore_ascii_case("\"true\"");
    let text = value.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
    is_yes && asks_for_captcha(name) || text.is_some_and(asks_for_captcha)
}

/// Whether a code asks for a captcha, or for another solution: `CAPTCHA_CHALLENGE`, `captcha-required`, `requiresCaptcha`,
/// `captcha_failed`, `invalid-captcha`.
fn asks_for_captcha(code: &str) -> bool {
    const ASKS: [&str; 11] =
        ["required", "challenge", "needed", "missing", "expected", "failed", "failure", "invalid", "incorrect", "expired", "error"];
    const BEFORE: [&str; 9] = ["requires", "require", "needs", "need", "missing", "show", "invalid", "wrong", "incorrect"];
    let code = code.split(';').next().unwrap_or_default().trim();
    let plain: String = code.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    let Some((head, tail)) = plain.split_once("captcha").filter(|_| !code.contains(' ')) else { return false };
    ASKS.contains(&tail) || tail.is_empty() && BEFORE.iter().any(|word| head.ends_with(word))
}

/// A login that is refused and brings the field of a captcha empty: the page asks for one, and it was not solved.
fn unsolved(case: &Case<'_>) -> Option<Finding> {
    if case.failure.kind != FailureKind::Refused || case.facts().purpose != Purpose::SignIn {
        return None;
    }
    let parameters = Parameters::of(case.exchange());
    let pair = parameters.content.pairs.iter().find(|pair| CAPTCHA_FIELDS.contains(&&*pair.name) && pair.value.is_empty())?;
    let summary = format!("{} asks for a captcha, and {} came without its solution.", case.host(), case.request());
    let place = Place::RequestBody(pair.at..pair.at + pair.name.len());
    Some(Finding::new(&META, Certainty::Likely, summary).shown(case.at(), place, "This field is where the solution belongs; it is empty."))
}

/// A form that comes again with a text that names a captcha, which is one word in all languages, where the same page named none
/// before and nothing is said of the password.
fn named_anew(case: &Case<'_>) -> Option<Finding> {
    let is_form = |record: &Record| record.exchange.kind == Kind::Document && record.shows_sign_in_form();
    let judges = case.stated("wrong-credentials").is_some() || case.facts().statements.iter().any(Statement::judges_password);
    if case.failure.kind != FailureKind::Refused || case.facts().purpose != Purpose::SignIn || !is_form(case.record) || judges {
        return None;
    }
    let named = |record: &Record| page_texts(&record.exchange).into_iter().find(|(text, _)| text.to_lowercase().contains("captcha"));
    let is_same_page = |record: &Record| record.exchange.url.path() == case.exchange().url.path();
    let is_before = |record: &Record| &*record.exchange.method == "GET" && is_same_page(record) && is_form(record);
    case.earlier().find(|(_, record)| is_before(record)).filter(|(_, record)| named(record).is_none())?;
    // What its maker has every page say that it protects asks for nothing.
    let is_notice = |text: &str| ["recaptcha", "hcaptcha"].iter().any(|maker| text.to_lowercase().contains(maker));
    let (_, span) = named(case.record).filter(|(text, _)| !is_notice(text))?;
    let summary = format!("{} asks for a captcha since {}.", case.host(), case.request());
    let finding = Finding::new(&META, Certainty::Likely, summary).about(case.host()).said();
    Some(finding.shown(case.at(), Place::ResponseBody(span), "The form comes again with this."))
}

/// Fields in which captchas hand in their solution, from the documentation of reCAPTCHA, hCaptcha, Turnstile and
/// Friendly Captcha; checked 2026-11-29.
const CAPTCHA_FIELDS: [&str; 4] = ["g-recaptcha-response", "h-captcha-response", "cf-turnstile-response", "frc-captcha-response"];

/// Fields by which bot checks mark their answers, from the documentation of Cloudflare and AWS WAF;
/// checked 2026-11-21.
const FIELDS: [(&str, &[&str]); 2] = [("cf-mitigated", &["challenge"]), ("x-amzn-waf-action", &["challenge", "captcha"])];

#[cfg(test)]
mod tests {
    use crate::causes::testing::{is_healthy, is_silent, reports};

    const ID: &str = "bot-challenge";

    fn login(answer: &str) -> String {
        format!("> POST https://app.test/login\n>\n> user=a&password=b\n{answer}\n")
    }

    #[test]
    fn reports_fields_and_pages() {
        reports(ID, &login("< 405 Method Not Allowed\n< x-amzn-waf-action: captcha"));
        reports(ID, &login("< 202 Accepted\n< x-amzn-waf-action: challenge"));
        reports(ID, &login("< 403 Forbidden\n<\n< <p>Enable JavaScript and cookies to continue</p>"));
    }

    #[test]
    fn reports_a_captcha_that_was_not_solved() {
        let login = |solution: &str, answer: &str| {
            format!(
                "~ kind document\n> POST https://app.test/login\n> Content-Type: application/x-www-form-urlencoded\n>\n> user=a&password=b&g-recaptcha-response={solution}\n< 200 OK\n<\n< {answer}\n"
            )
        };
        let form = "<form><input type=password name=password></form>";
        reports(ID, &login("", form));
        is_silent(ID, &login("03AGdBq24", form));
        is_healthy(&login("", "<h1>Hello</h1>"));
    }

    #[test]
    fn a_form_that_comes_again_with_a_captcha() {
        let form = |text: &str| format!("{text}<form method=post action=/in><input name=u><input type=password name=p></form>");
        let session = |first: &str, then: &str| {
            format!(
                "~ kind document\n> GET https://wiki.test/in\n< 200 OK\n<\n< {}\n\n~ kind document\n> POST https://wiki.test/in\n> Content-Type: application/x-www-form-urlencoded\n>\n> u=a&p=b\n< 200 OK\n<\n< {}\n",
                form(first),
                form(then)
            )
        };
        reports(ID, &session("", "<p>Pro vaše jméno je nutné vyplnit CAPTCHA.</p>"));
        is_silent(ID, &session("<p>CAPTCHA</p>", "<p>CAPTCHA</p>"));
        is_silent(ID, &session("", "<p>Jméno nebo heslo není správné.</p>"));
        // A sum that changes, a notice of its maker, and a warning beside what is wrong ask for nothing new.
        is_silent(ID, &session("<p>Captcha: 3 + 4 =</p>", "<p>Captcha: 5 + 2 =</p>"));
        is_silent(ID, &session("", "<p>Protected by reCAPTCHA.</p>"));
        is_silent(ID, &session("", "<p>Wrong password.</p><p>After two more attempts there is a captcha.</p>"));
    }

    #[test]
    fn reports_codes_that_ask_for_a_captcha() {
        reports(
            ID,
            &login(
                "< 403 Forbidden\n< X-Authentication-Denied-Reason: CAPTCHA_CHALLENGE; login-url=https://app.test/login.jsp\n<\n< {\"errors\":[\"Login denied\"]}",
            ),
        );
        reports(ID, &login("< 400 Bad Request\n<\n< {\"error\":\"captcha_required\"}"));
        is_silent(ID, &login("< 401 Unauthorized\n<\n< {\"error\":\"wrong\",\"requiresCaptcha\":false}"));
        reports(ID, &login("< 401 Unauthorized\n<\n< {\"error\":\"no\",\"captchaRequired\":true}"));
        for answer in [
            "\"captcha\":null",
            "\"captchaRequired\":0",
            "\"captcha_required\":\"no\"",
            "\"captchaRequiredAfter\":5",
            "\"message\":\"No captcha required.\"",
        ] {
            is_silent(ID, &login(&format!("< 401 Unauthorized\n<\n< {{\"error\":\"wrong\",{answer}}}")));
        }
    }

    #[test]
    fn passes_over_blocks_and_a_check_that_a_page_passes() {
        is_silent(ID, &login("< 403 Forbidden\n<\n< error code: 1020"));
        is_healthy(
            "~ kind document\n> GET https://app.test/\n< 403 Forbidden\n< CF-Mitigated: challenge\n\n~ kind document\n> GET https://app.test/\n> Cookie: cf_clearance={secret c 30}\n< 200 OK\n",
        );
        is_healthy(&login("< 200 OK\n< CF-RAY: 8f1e"));
    }

    #[test]
    fn knows_the_page_that_finds_out_who_asks() {
        let answer = |title: &str| {
            format!(
                "~ kind document\n> POST https://library.test/user\n>\n> user=a&password=b\n< 200 OK\n< Content-Type: text/html\n<\n< <html><head><title>{title}</title></head></html>\n"
            )
        };
        for title in ["Making sure you&#39;re not a bot!", "Checking your browser", "Please verify you are human"] {
            reports(ID, &answer(title));
        }
        is_silent(ID, &answer("My robots and bots"));
    }
}
