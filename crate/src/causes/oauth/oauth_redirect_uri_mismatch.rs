use url::Url;

use super::{refused, request_of};
use crate::cause::{Audience, Case, Cause, CauseMeta};
use crate::declare_cause;
use crate::exchange::Kind;
use crate::facts::Purpose;
use crate::facts::parameters::Parameters;
use crate::facts::statements::{is_heading, page_texts};
use crate::finding::{Certainty, Finding};
use crate::place::Place;
use crate::session::Record;

declare_cause! {
    /// The application asks the identity provider to send the browser back to an address that is not
    /// registered for it, letter for letter. The provider refuses to send anybody there.
    ///
    /// ```http-notation
    /// ~ kind document
    /// > GET https://id.example.test/authorize?response_type=code&client_id=app&redirect_uri=http%3A%2F%2Fapp.example.test%2Fcb&state=s1
    /// < 400 Bad Request
    /// < Content-Type: text/html
    /// <
    /// < <p>Error: redirect_uri_mismatch</p>
    /// ```
    OauthRedirectUriMismatch {
        id: "oauth-redirect-uri-mismatch",
        family: "oauth",
        side: Client,
        stage: Refused,
        title: "The redirect URI is not registered",
        recognised: "The provider's error page, or its answer to the code's redemption, names redirect_uri; or a server gives no address of the provider to a script that names where to come back to.",
        remedies: [
            (User, "Nothing to do; tell the application's operators.", "The login page appears."),
            (Developer, "Send exactly the address that is registered: scheme, host, port, path and the last slash count.", "The provider shows its login page."),
            (Administrator, "Register the address that the application sends, for every environment.", "The provider lists the address under the application."),
        ],
        references: [("RFC 6749 3.1.2.4: invalid endpoint", "https://www.rfc-editor.org/rfc/rfc6749#section-3.1.2.4"), ("RFC 9700 2.1: exact matching", "https://www.rfc-editor.org/rfc/rfc9700#section-2.1")],
    }
}

impl Cause for OauthRedirectUriMismatch {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        let summary = format!("The provider does not know the address to which {} wants the browser sent back.", case.host());
        let codes = ["redirect_uri_mismatch", "redirect_mismatch", "invalid_redirect_uri"];
        let Some(finding) = refused(case, &META, &codes, &summary).or_else(|| named_on_its_page(case, &summary)) else {
            return service_refused(case).or_else(|| sent_nowhere(case));
        };
        let sent = request_of(case).and_then(|(position, request)| Some((position, without_password(request.param("redirect_uri")?))));
        Some(match sent {
            Some((position, uri)) => finding.about(uri.clone()).shown(position, Place::Target, format!("redirect_uri is {uri}.")).advise(
                Audience::Administrator,
                format!("Register {uri} at the provider, letter for letter, if it is right."),
                "The provider shows its login page.",
            ),
            None => finding,
        })
    }
}

/// An address without the name and password that may stand in it.
fn without_password(address: &str) -> String {
    let Ok(mut url) = Url::parse(address) else { return address.to_owned() };
    if url.username().is_empty() && url.password().is_none() || url.set_username("").is_err() || url.set_password(None).is_err() {
        return address.to_owned();
    }
    url.into()
}

/// Where an address leads, without what it says there.
fn place_of(address: &str) -> Option<String> {
    let mut url = Url::parse(&without_password(address)).ok()?;
    url.set_query(None);
    url.set_fragment(None);
    Some(url.into())
}

/// Other parameters of the request (RFC 6749 4.1.1, RFC 7636 4.3, OpenID Connect Core 3.1.2.1, RFC 9101 5).
const OTHERS: [&str; 10] = [
    "acr_values",
    "client_id",
    "code_challenge",
    "code_challenge_method",
    "id_token_hint",
    "login_hint",
    "max_age",
    "request_uri",
    "response_mode",
    "response_type",
];

/// Parameters whose names are words as well: they are names beside another.
const WORDS: [&str; 4] = ["nonce", "prompt", "scope", "state"];

/// A provider's page, in whatever language, that refuses a request and names this parameter of it alone (RFC 6749 4.1.2.1: it must not
/// send the browser there). Where others are named as well, nobody knows which one is meant.
fn named_on_its_page(case: &Case<'_>, summary: &str) -> Option<Finding> {
    let exchange = case.exchange();
    let is_page = exchange.kind == Kind::Document && case.facts().purpose == Purpose::Authorize && (400..500).contains(&exchange.status());
    let names = |text: &str, wanted: &[&str]| {
        let mut words = text.split(|sign: char| !sign.is_ascii_alphanumeric() && sign != '_');
        words.any(|word| wanted.contains(&word))
    };
    let shown = if is_page && case.statements.is_empty() { page_texts(exchange) } else { Vec::new() };
    let names_others = |text: &str| names(text, &OTHERS);
    let is_list = shown.iter().any(|(text, _)| names_others(text));
    let is_it = |text: &str| names(text, &["redirect_uri"]) && !names(text, &WORDS) && !names_others(text) && !text.contains("://");
    // A heading says what is wrong; what was sent may be listed below.
    let (_, span) = shown.into_iter().find(|(text, span)| is_it(text) && (!is_list || is_heading(exchange, span)))?;
    let finding = Finding::new(&META, Certainty::Likely, summary.to_owned()).said();
    Some(finding.shown(case.at(), Place::ResponseBody(span), "The provider names this parameter."))
}

/// A server that gives no address of the provider to who names the address to come back to.
fn sent_nowhere(case: &Case<'_>) -> Option<Finding> {
    if !case.session.is_sent_nowhere(case.at(), case.record) {
        return None;
    }
    let content = Parameters::of(case.exchange()).content;
    let uri = place_of(content.get("redirect_uri")?)?;
    let summary = format!("{} begins no login that is to come back to {uri}: it may not know that address.", case.host());
    let answer = Place::ResponseBody(0..case.exchange().response_text().len());
    Some(
        Finding::new(&META, Certainty::Possible, summary)
            .about(uri)
            .shown(case.at(), answer, "The answer gives no address to go to.")
            .next("The server's log: whether the role or client allows this address."),
    )
}

/// A CAS server that turns a service away before it asks anybody to log in: it lists the addresses that it serves.
fn service_refused(case: &Case<'_>) -> Option<Finding> {
    let exchange = case.exchange();
    let is_refused = case.facts().purpose == Purpose::Authorize && exchange.status() == 403 && !case.was_intercepted();
    let service =
        exchange.url.query_pairs().find(|(name, _)| name == "service").map(|(_, value)| value.into_owned()).filter(|_| is_refused)?;
    let is_served = |record: &Record| record.exchange.url == exchange.url && record.was_accepted();
    if !case.statements.is_empty() || case.others().any(|(_, record)| is_served(record)) {
        return None;
    }
    let summary = format!("{} does not send anybody back to {service}: it may not know that address.", case.host());
    Some(
        Finding::new(&META, Certainty::Possible, summary)
            .about(service.clone())
            .shown(case.at(), Place::Status, "The provider refuses before it asks for a login.")
            .shown(case.at(), Place::Target, format!("service is {service}."))
            .next("The provider's registry of services: is this address in it, and may this user use it?"),
    )
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{diagnose, is_healthy, is_silent, reports};

    const ID: &str = "oauth-redirect-uri-mismatch";

    fn page(status: &str, body: &str) -> String {
        format!(
            "~ kind document\n> GET https://id.test/authorize?response_type=code&client_id=app&redirect_uri=https%3A%2F%2Fapp.test%2Fcb&state=s1&scope=openid\n< {status}\n<\n< {body}\n"
        )
    }

    #[test]
    fn a_server_that_gives_no_address_to_go_to() {
        let asks = |uri: &str, answer: &str| {
            format!(
                "~ kind fetch\n> POST https://keys.test/api/sso/begin\n> Origin: https://keys.test\n> Content-Type: application/json\n>\n> {{\"role\":\"ops\",\"redirect_uri\":\"{uri}\"}}\n< 200 OK\n< Content-Type: application/json\n<\n< {answer}\n\n"
            )
        };
        let back = "https://keys.test/ui/back";
        assert!(reports(ID, &asks(back, "{\"data\":{\"auth_url\":\"\"},\"id\":7}")).contains(back));
        is_healthy(&asks(back, "{\"data\":{\"auth_url\":\"https://id.test/authorize?client_id=a\"}}"));
        is_healthy(&asks("https://other.example/hook", "{\"data\":{\"auth_url\":\"\"}}"));
        is_healthy(&asks(back, "{\"saved\":true}"));
        is_healthy(&asks(back, "{\"id\":7,\"name\":\"Ann\",\"avatar_url\":null}"));
        let brings = asks(back, "{\"url\":null}").replace("\"role\":\"ops\"", "\"code\":\"4/0Ab\"");
        is_healthy(&brings);
        is_healthy(&asks(back, "{\"url\":null}").replace("< Content-Type", "< Set-Cookie: sid={secret s 40}; HttpOnly\n< Content-Type"));
        // What stands in the address is nobody's business.
        let told = reports(ID, &asks("https://ann:hush-hush@keys.test/ui/back?token=quiet-quiet", "{\"auth_url\":\"\"}"));
        assert!(!told.contains("hush") && !told.contains("quiet"), "{told}");
        let leaves = "~ kind document\n> GET https://id.test/authorize?client_id=a&response_type=code&redirect_uri=https%3A%2F%2Fkeys.test%2Fui%2Fback\n< 200 OK\n";
        is_healthy(&(asks(back, "{\"auth_url\":null}") + leaves));
    }

    #[test]
    fn quotes_the_address_that_was_sent() {
        let diagnosis = diagnose(&page("400 Bad Request", "Invalid parameter: redirect_uri"));
        let cause = &diagnosis.failures[0].causes[0];
        assert!(cause.id == ID && cause.evidence.iter().any(|quote| quote.says.contains("https://app.test/cb")), "{cause:?}");
    }

    #[test]
    fn reads_the_name_of_the_parameter_in_every_language() {
        reports(ID, &page("400 Bad Request", "<h1>Het spijt ons...</h1><p>Ongeldige parameter: redirect_uri</p>"));
        is_silent(
            ID,
            &page("400 Bad Request", "<p>Er ging iets mis.</p><a href=\"/auth?redirect_uri=https%3A%2F%2Fapp.test\">Opnieuw</a>"),
        );
    }

    #[test]
    fn a_parameter_that_is_named_among_others_is_not_the_one_that_is_meant() {
        for body in [
            "<p>Obligatoire : client_id, redirect_uri, response_type.</p><p>prompt n'est pas connu.</p>",
            "<ul><li>response_type: ok</li><li>redirect_uri: ok</li><li>login_hint: onbekend</li></ul>",
            "<p>redirect_uri ok, scope onbekend</p>",
        ] {
            is_silent(ID, &page("400 Bad Request", body));
        }
        // What was sent may be listed below the heading that says what is wrong.
        let sent = "<p>Pyyntö: client_id app, response_type code</p>";
        reports(ID, &page("400 Bad Request", &format!("<h1>Virheellinen parametri: <b>redirect_uri</b></h1>{sent}")));
        reports(ID, &page("400 Bad Request", &format!("<title>Virheellinen redirect_uri</title><h1>Pahoittelut</h1>{sent}")));
        is_silent(ID, &page("400 Bad Request", &format!("<h1>Pahoittelut</h1><p>redirect_uri: ok</p>{sent}")));
        is_silent(ID, &page("400 Bad Request", &format!("<h1>redirect_uri, client_id</h1>{sent}")));
        // Words of other sentences, and the code of the error, name no parameter.
        reports(ID, &page("400 Bad Request", "<h1>The state of things</h1><p>Chybný parametr: redirect_uri</p>"));
        reports(ID, &page("400 Bad Request", "<p>bad_request: redirect_uri</p>"));
    }

    #[test]
    fn reports_the_words_of_named_products() {
        // Microsoft Entra, which answers 200; Auth0.
        reports(ID, &page("200 OK", "AADSTS50011: The redirect URI specified in the request does not match"));
        reports(ID, &page("403 Forbidden", "Callback URL mismatch."));
    }

    #[test]
    fn reports_a_service_that_the_provider_does_not_serve() {
        let page =
            |status: &str| format!("~ kind document\n> GET https://sso.test/cas/login?service=https%3A%2F%2Fapp.test%2Fin\n< {status}\n");
        assert!(reports(ID, &page("403 Forbidden")).contains("sso.test"));
        is_healthy(&page("200 OK"));
    }

    #[test]
    fn passes_over_other_errors_and_login_pages() {
        is_silent(ID, &page("400 Bad Request", "invalid_scope"));
        is_healthy(&page("200 OK", "<input type=password>"));
        is_silent(ID, "~ kind document\n> GET https://app.test/cb?error=access_denied&state=s\n< 400 Bad Request\n");
    }
}
