use crate::cause::{Case, Cause, CauseMeta};
use crate::declare_cause;
use crate::finding::{Certainty, Finding};
use crate::place::Place;
use crate::session::{FailureKind, Record};

declare_cause! {
    /// The application sends the browser to log in, and the login sends it back as logged in,
    /// round and round, until the browser gives up. Each believes something that the other does not:
    /// mostly a cookie that one sets and the other never gets.
    ///
    /// ```http-notation
    /// > GET https://app.example.test/home
    /// < 302 Found
    /// < Location: /login
    ///
    /// > GET https://app.example.test/login
    /// < 302 Found
    /// < Location: /home
    ///
    /// > GET https://app.example.test/home
    /// < 302 Found
    /// < Location: /login
    ///
    /// > GET https://app.example.test/login
    /// ~ error net::ERR_TOO_MANY_REDIRECTS
    /// < 302 Found
    /// < Location: /home
    /// ```
    RedirectLoop {
        id: "redirect-loop",
        family: "redirects",
        side: Server,
        stage: Symptom,
        title: "Login and application send the browser round in circles",
        recognised: "The same URL is visited again with the same cookies in one chain of redirects, or the browser gives up with ERR_TOO_MANY_REDIRECTS or NS_ERROR_REDIRECT_LOOP.",
        remedies: [
            (User, "Delete the cookies of this site and open it once more by its main address.", "The login page appears and stays."),
            (Developer, "Find what the application misses at the first hop of the circle, mostly the session cookie, and answer an error page instead of a redirect when it is missing right after a login.", "After the login the first request to the application is answered by a page."),
            (Administrator, "Check that application and login agree on scheme, host and cookie domain, and that the proxy passes X-Forwarded-Proto.", "Every hop has the same scheme and host as the address bar."),
        ],
        references: [("Fetch: HTTP-redirect fetch, the limit of 20", "https://fetch.spec.whatwg.org/#http-redirect-fetch"), ("RFC 9110 15.4: redirects and loops", "https://www.rfc-editor.org/rfc/rfc9110#section-15.4")],
    }
}

impl Cause for RedirectLoop {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        if case.failure.kind != FailureKind::Loop {
            return None;
        }
        let hops = std::iter::once(case.at()).chain(case.failure.with.iter().copied());
        let mut hops: Vec<&Record> = hops.filter_map(|at| case.session.record(at)).collect();
        hops.sort_by_key(|record| record.place());
        let mut circle: Vec<String> = Vec::new();
        for hop in hops.iter().map(|record| record.exchange.url.path().to_owned()) {
            if !circle.contains(&hop) {
                circle.push(hop);
            }
        }
        let hops = hops.len();
        let finding = Finding::new(
            &META,
            Certainty::Proved,
            format!("{} sent the browser round between {} for {hops} hops.", case.host(), circle.join(" and ")),
        )
        .about(circle.join(" "))
        .shown(case.at(), Place::Received("location", 0), "Here it goes round again.");
        let given_up = case
            .failure
            .with
            .iter()
            .copied()
            .find(|position| case.session.record(*position).is_some_and(|record| record.exchange.error.is_some()));
        let finding = match given_up {
            Some(position) => finding.shown(position, Place::Error, "Here the browser gave up."),
            None => finding,
        };
        Some(if case.facts().cookies.is_empty() {
            finding.shown(case.at(), Place::Target, "This request bears no cookie at all.")
        } else {
            finding
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{is_silent, reports};

    const ID: &str = "redirect-loop";

    fn hop(from: &str, to: &str) -> String {
        format!("> GET https://app.test{from}\n< 302 Found\n< Location: {to}\n\n")
    }

    #[test]
    fn tells_a_loop_without_the_browsers_word_for_it() {
        reports(ID, &(hop("/a", "/b") + &hop("/b", "/a")).repeat(3));
        reports(ID, &hop("/self", "/self").repeat(4));
    }

    #[test]
    fn tells_a_loop_in_which_each_round_sets_the_cookie_anew() {
        let round = |n: usize| {
            format!(
                "> GET https://app.test/home\n> Cookie: sso={n}\n< 302 Found\n< Location: /login\n\n> GET https://app.test/login\n> Cookie: sso={n}\n< 302 Found\n< Location: /home\n< Set-Cookie: sso={}\n\n",
                n + 1
            )
        };
        reports(ID, &(0..10).map(round).collect::<String>());
    }

    #[test]
    fn names_the_places_of_the_circle() {
        let summary = reports(ID, &(hop("/home", "/login") + &hop("/login", "/home")).repeat(10));
        assert!(summary.contains("/home and /login") && summary.contains("20 hops"), "{summary}");
    }

    #[test]
    fn passes_over_a_chain_that_ends_and_a_page_opened_often() {
        is_silent(ID, &(hop("/a", "/b") + &hop("/b", "/a") + "> GET https://app.test/a\n> Cookie: sid=1\n< 200 OK\n"));
        is_silent(ID, &(hop("/a", "/b") + "> GET https://app.test/b\n< 200 OK\n\n").repeat(5));
    }

    #[test]
    fn passes_over_a_url_that_comes_again_with_new_cookies() {
        let visit = |n: usize| format!("> GET https://app.test/step\n> Cookie: step={n}\n< 302 Found\n< Location: /step\n\n");
        is_silent(ID, &((1..6).map(visit).collect::<String>() + "> GET https://app.test/step\n> Cookie: step=6\n< 200 OK\n"));
    }
}
