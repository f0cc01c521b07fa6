//! The answer for what shows test results, as JUnit's XML.

use super::html::escaped;
use super::share::{Share, headline};
use super::text;
use crate::redact::pseudonym::readable;

/// One test for each failed login, the verdict in its name and in the first line of its failure; not yet searched.
pub(super) fn render(share: &Share) -> String {
    let diagnosis = &share.diagnosis;
    let open = diagnosis.failures.iter().filter(|failure| failure.recovered_by.is_none()).count();
    let count = diagnosis.failures.len().max(1);
    let mut text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites tests=\"{count}\" failures=\"{open}\">\n<testsuite name=\"why401\" tests=\"{count}\" failures=\"{open}\" errors=\"0\">\n"
    );
    if diagnosis.failures.is_empty() {
        text.push_str(&format!("<testcase classname=\"why401\" name=\"{}\" time=\"0\"/>\n", escaped(&headline(diagnosis))));
    }
    for failure in &diagnosis.failures {
        let summary = readable(&failure.causes.first().map_or_else(|| failure.what.clone(), |cause| cause.summary.clone()));
        let id = failure.causes.first().map_or("unknown", |cause| cause.id);
        text.push_str(&format!("<testcase classname=\"{}\" name=\"{}\" time=\"0\">", escaped(&failure.origin), escaped(&summary)));
        if failure.recovered_by.is_none() {
            text.push_str(&format!(
                "<failure type=\"{id}\" message=\"{0}\">{0}\n{1}</failure>",
                escaped(&summary),
                escaped(&readable(&text::render(diagnosis, false)))
            ));
        }
        text.push_str("</testcase>\n");
    }
    text.push_str("</testsuite>\n</testsuites>\n");
    text
}
