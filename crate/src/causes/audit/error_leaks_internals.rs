use crate::cause::{Cause, CauseMeta};
use crate::declare_cause;
use crate::finding::Risk;
use crate::place::Place;
use crate::products::internals;
use crate::session::Record;

declare_cause! {
    /// An answer that refuses shows a stack trace, a query or paths of the server. They help nobody who logs
    /// in, and everybody who looks for a way in.
    ///
    /// ```http-notation
    /// > POST https://app.example.test/login
    /// > Content-Type: application/x-www-form-urlencoded
    /// >
    /// > user=alice&password=secret
    /// < 500 Internal Server Error
    /// <
    /// < Traceback (most recent call last):
    /// ```
    ErrorLeaksInternals {
        id: "error-leaks-internals",
        family: "audit",
        side: Server,
        stage: AnswerFaulty,
        title: "The error answer shows internals",
        recognised: "The content of a 4xx or 5xx answer holds words by which stack traces and database errors begin.",
        remedies: [
            (User, "Nothing to do; tell the site's operators.", "The page shows a plain message."),
            (Developer, "Switch the debug mode off in production and log the details instead.", "The same error shows a plain message and an id."),
            (Administrator, "Replace error pages of the application at the proxy.", "The same error shows the proxy's page."),
        ],
        references: [("OWASP: error handling", "https://cheatsheetseries.owasp.org/cheatsheets/Error_Handling_Cheat_Sheet.html"), ("CWE-209", "https://cwe.mitre.org/data/definitions/209.html")],
    }
}

impl Cause for ErrorLeaksInternals {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn risks(&self, record: &Record) -> Vec<Risk> {
        let mut risks = Vec::new();
        if record.exchange.status() < 400 {
            return Vec::new();
        }
        if let Some(span) = internals(record.exchange.response_text()) {
            risks.push(Risk::new(record.exchange.url.path(), Place::ResponseBody(span), "So begins what only developers should see."));
        }
        risks
    }

    fn risk(&self, path: &str) -> String {
        format!("The error answer to {path} shows how the server works inside.")
    }
}

#[cfg(test)]
mod tests {
    use crate::causes::audit::testing::{passes, warns};

    const ID: &str = "error-leaks-internals";

    fn answer(status: &str, body: &str) -> String {
        format!("> GET https://app.test/\n< {status}\n<\n< {body}\n")
    }

    #[test]
    fn warns_of_traces_queries_and_paths() {
        for body in [
            "<pre>java.lang.NullPointerException at com.shop.Login</pre>",
            "System.NullReferenceException: Object reference not set",
            "SQLSTATE[42S02]: Base table or view not found",
            "ORA-00942: table or view does not exist",
            "You have an error in your SQL syntax; check the manual",
        ] {
            warns(ID, &answer("500 Internal Server Error", body));
        }
    }

    #[test]
    fn passes_plain_messages_and_pages_about_errors() {
        passes(ID, &answer("500 Internal Server Error", "Something went wrong, id 1f3"));
        passes(ID, &answer("401 Unauthorized", "{\"error\":\"invalid_token\"}"));
        passes(ID, &answer("200 OK", "How to read Traceback (most recent call last)"));
    }
}
