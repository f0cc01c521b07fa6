use crate::cause::{Case, Cause, CauseMeta};
use crate::declare_cause;
use crate::finding::{Certainty, Finding};
use crate::place::Place;
use crate::session::{FailureKind, Record};
use crate::site::registrable_domain;

declare_cause! {
    /// The network asks for a login of its own, as in hotels and trains, and answers in the name of
    /// every site until it gets one.
    ///
    /// ```http-notation
    /// ~ kind document
    /// > GET http://app.example.test/
    /// < 511 Network Authentication Required
    /// < Content-Type: text/html
    /// ```
    CaptivePortal {
        id: "captive-portal",
        family: "network",
        side: Network,
        stage: Intercepted,
        title: "A captive portal answers instead of the site",
        recognised: "511, or redirects of unrelated hosts over http to one and the same foreign host.",
        remedies: [
            (User, "Open any http page, log in to the network, then try again.", "Sites open as usual."),
            (Developer, "Nothing is wrong with the application.", "Sites open as usual."),
            (Administrator, "Exempt the hosts of your service from the portal.", "The site opens before the network's login."),
        ],
        references: [("RFC 6585 6: 511 Network Authentication Required", "https://www.rfc-editor.org/rfc/rfc6585#section-6"), ("RFC 8910: captive portals", "https://www.rfc-editor.org/rfc/rfc8910")],
    }
}

impl Cause for CaptivePortal {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        if case.exchange().status() == 511 {
            return Some(
                Finding::new(
                    &META,
                    Certainty::Stated,
                    format!("The network asks for a login of its own before it lets anybody through to {}.", case.host()),
                )
                .about("511")
                .shown(case.at(), Place::Status, "511 is how a network says so."),
            );
        }
        if case.failure.kind == FailureKind::Unreachable {
            return shut_in_between(case);
        }
        let portal = foreign_target(case.record)?;
        let own = registrable_domain(case.exchange().url.host_str()?)?;
        let portals = registrable_domain(portal);
        // Applications of one site log in at one place as well, by https.
        let is_own = portals == Some(own);
        if is_own && case.record.redirect_target()?.scheme() == "https" {
            return None;
        }
        let mut others = case.others_anywhere().filter(|(_, record)| {
            let is_another = |domain: &str| domain != own && Some(domain) != portals && registrable_domain(domain).is_some();
            foreign_target(record) == Some(portal) && record.site().is_some_and(|site| is_another(site.domain))
        });
        let (position, _) = others.next()?;
        Some(
            Finding::new(
                &META,
                Certainty::Likely,
                format!("Something sends {} and other sites to {portal}, as the login of a network does.", case.host()),
            )
            .about(portal)
            .shown(case.at(), Place::Received("location", 0), "This site leads there.")
            .shown(position, Place::Received("location", 0), "A site that has nothing to do with it leads there as well."),
        )
    }
}

/// A request over https that got no answer while every site's answer over http, before it and after, led to one and the same
/// portal: it cannot be changed on the way, so it is dropped.
pub(super) fn shut_in_between(case: &Case<'_>) -> Option<Finding> {
    if case.exchange().url.scheme() != "https" {
        return None;
    }
    let near = case.session.in_order().around(case.at()).at_most(NEAR, NEAR);
    let (mut led, mut before, mut after) = (Vec::new(), None, None);
    for (at, record) in near {
        // Whoever is answered over https is not shut in.
        if record.exchange.url.scheme() == "https" && record.exchange.status() != 0 {
            return None;
        }
        let Some(portal) = foreign_target(record).filter(|_| matches!(record.exchange.status(), 302 | 303 | 307)) else { continue };
        let is_before = record.exchange.started < case.exchange().started;
        let side = if is_before { &mut before } else { &mut after };
        *side = side.or(Some(at));
        led.push((portal, record.site()?.domain));
    }
    let (before, after) = before.zip(after)?;
    let (portal, site) = led.first()?;
    let is_of_site = |site: &str| registrable_domain(portal) == Some(site);
    if !led.iter().all(|(other, site)| other == portal && !is_of_site(site)) || led.iter().all(|(_, other)| other == site) {
        return None;
    }
    let summary =
        format!("Nothing gets through to {}: something sends all sites to {portal}, as the login of a network does.", case.host());
    Some(
        Finding::new(&META, Certainty::Likely, summary)
            .about(*portal)
            .shown(case.at(), Place::Target, "No answer came.")
            .shown(before, Place::Received("location", 0), "Before it another site led there,")
            .shown(after, Place::Received("location", 0), "and after it as well."),
    )
}

/// Exchanges before and after what got no answer that are looked at.
const NEAR: usize = 16;

/// Another host to which an answer over http leads; a network may call its portal by a name of the same site.
fn foreign_target(record: &Record) -> Option<&str> {
    let to = record.redirect_target().filter(|_| record.exchange.url.scheme() == "http")?.host_str();
    to.filter(|host| record.exchange.url.host_str() != Some(host))
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{diagnose, is_healthy, is_silent, reports};

    const ID: &str = "captive-portal";

    #[test]
    fn reports_the_status() {
        assert!(reports(ID, "~ kind document\n> GET http://app.test/\n< 511 Network Authentication Required\n").contains("app.test"));
    }

    #[test]
    fn reports_a_portal_of_the_same_site_to_which_another_site_leads_too() {
        let leads = |url: &str| {
            format!(
                "~ kind document\n> GET {url}\n> Cookie: sid={{secret s 30}}\n< 302 Found\n< Location: http://wifi.school.test/login?dst={url}\n\n"
            )
        };
        let login = "~ kind document\n> POST http://diary.school.test/in\n>\n> user=a&password=b\n< 302 Found\n< Location: http://wifi.school.test/login?dst=x\n\n";
        reports(ID, &format!("{login}{}", leads("http://check.example/ok.txt")));
        is_silent(ID, &format!("{login}{}", leads("http://diary.school.test/news")));
    }

    #[test]
    fn explains_what_gets_no_answer_in_between() {
        let leads = |host: &str| {
            format!("~ kind document\n> GET http://{host}/\n< 302 Found\n< Location: http://wifi.inn.test/login?dst={host}\n\n")
        };
        let login = "~ kind document\n> POST http://app.test/in\n>\n> user=a&password=b\n< 302 Found\n< Location: http://wifi.inn.test/login?dst=x\n\n";
        let dropped = "~ kind document\n> GET https://www.app.test/\n< ! net::ERR_CONNECTION_TIMED_OUT\n\n";
        let says = |session: &str| {
            diagnose(session).failures.into_iter().map(|failure| failure.causes.first().map(|cause| cause.id)).collect::<Vec<_>>()
        };
        let shut = format!("{login}{}{dropped}{}", leads("news.example"), leads("weather.example"));
        assert!(says(&shut).iter().all(|cause| *cause == Some(ID)), "{:?}", says(&shut));
        let through = format!("{shut}~ kind document\n> GET https://mail.example/\n< 200 OK\n");
        assert!(says(&through).last().is_none_or(|cause| *cause != Some(ID)), "{:?}", says(&through));
        let open = format!("{login}{dropped}~ kind document\n> GET http://news.example/\n< 200 OK\n");
        assert!(says(&open).last().is_none_or(|cause| *cause != Some(ID)), "{:?}", says(&open));
    }

    #[test]
    fn passes_over_one_site_that_leads_elsewhere_and_its_own_login() {
        is_silent(ID, "~ kind document\n> GET http://app.test/\n> Cookie: sid=1\n< 302 Found\n< Location: https://id.example/login\n");
        is_silent(ID, "~ kind document\n> GET https://app.test/\n< 401 Unauthorized\n");
        is_healthy("~ kind document\n> GET http://app.test/\n< 301 Moved Permanently\n< Location: https://app.test/\n");
    }
}
