//! The diagnosis for a person at a terminal: the answer first, its proof below it.

use super::page::{Page, Tone};
use super::story;
use crate::cause::Audience;
use crate::diagnosis::{DiagnosedCause, DiagnosedFailure, Diagnosis, Input, Quote, Setting, Verdict};
use crate::finding::Remedy;

/// The diagnosis as text of 80 columns, with colours where they are wanted.
#[must_use]
pub fn render(diagnosis: &Diagnosis, coloured: bool) -> String {
    let mut page = Page::new(coloured);
    verdict(&mut page, diagnosis);
    capture(&mut page, &diagnosis.input);
    for (number, failure) in diagnosis.failures.iter().enumerate() {
        page.gap();
        failed_login(&mut page, number + 1, failure);
    }
    risks(&mut page, &diagnosis.audit);
    page.finish()
}

fn verdict(page: &mut Page, diagnosis: &Diagnosis) {
    let open = diagnosis.failures.iter().filter(|failure| failure.recovered_by.is_none()).count();
    match diagnosis.verdict {
        Verdict::Failing if open == 1 => page.block("", Tone::Bad, "A login failed."),
        Verdict::Failing => page.block("", Tone::Bad, &format!("{open} logins failed.")),
        Verdict::Healthy if diagnosis.failures.is_empty() => page.block("", Tone::Good, "No login failed."),
        Verdict::Healthy => page.block("", Tone::Good, "No login failed for good: what failed succeeded later."),
        Verdict::NoLoginSeen => page.block("", Tone::Strong, "No login was seen in this capture."),
    }
}

/// How captures are called that DevTools save, or whose writer nobody knows.
const DEVTOOLS: [&str; 6] = ["Chrome", "Edge", "Firefox", "HAR", "Opera", "Safari"];

fn capture(page: &mut Page, input: &Input) {
    let exchanges = if input.exchanges == 1 { "1 exchange".to_owned() } else { format!("{} exchanges", input.exchanges) };
    let mut line = format!("{}, {exchanges}.", input.source);
    if !input.not_observable.is_empty() {
        line.push_str(&format!(" It does not show: {}.", input.not_observable.join(", ")));
    }
    if input.exchanges == 0 {
        line.push_str(if DEVTOOLS.iter().any(|name| input.source.starts_with(name)) {
            " Open the Network tab before you log in, tick Preserve log, log in, then save all as HAR with content."
        } else {
            " Let it record before you log in, log in, then export again."
        });
    }
    page.block("", Tone::Aside, &line);
    for skipped in &input.skipped {
        page.block("", Tone::Aside, &format!("Entry {} could not be read: {}.", skipped.entry, skipped.why));
    }
}

/// Risks that broke no login, one line each.
fn risks(page: &mut Page, audit: &[DiagnosedCause]) {
    if audit.is_empty() {
        return;
    }
    page.gap();
    page.block("", Tone::Strong, "Risks that broke no login");
    for risk in audit {
        page.block(" - ", Tone::Plain, &format!("{} ({})", risk.summary, risk.id));
    }
}

fn failed_login(page: &mut Page, number: usize, failure: &DiagnosedFailure) {
    let answer = story::answer(failure);
    page.block(&format!("{number}. "), Tone::Strong, &format!("{} ({answer}, {})", failure.what, failure.origin));
    page.block("   ", Tone::Aside, &exchanges(failure));
    page.gap();
    let Some(answer) = failure.causes.first() else {
        page.block("   ", Tone::Plain, "None of the known causes explains it. Look at the exchange itself, and at the server's logs.");
        server_says(page, failure);
        handles(page, failure);
        return;
    };
    page.block("   ", if failure.recovered_by.is_none() { Tone::Bad } else { Tone::Strong }, &answer.summary);
    page.block("   ", Tone::Plain, &format!("{}; {}; {}.", answer.id, side(answer), answer.certainty.name()));
    page.block("   ", Tone::Plain, &failure.identity_or_permission);
    server_says(page, failure);
    heading(page, "Proof", &answer.evidence);
    for quote in &answer.evidence {
        proof(page, "   - ", quote);
    }
    let (chain, further): (Vec<_>, Vec<_>) = failure.causes.iter().skip(1).partition(|cause| answer.leads_to.contains(&cause.id));
    heading(page, "This led to", &chain);
    for cause in chain {
        page.block("   - ", Tone::Plain, &format!("{} ({})", cause.summary, cause.id));
        for quote in &cause.evidence {
            proof(page, "     - ", quote);
        }
    }
    list(page, "Against it", &answer.against);
    list(page, "Not to be seen in this capture", &answer.not_observable);
    list(page, "What would settle it", answer.next_observation.as_slice());
    heading(page, "What to do", &answer.remedies);
    for remedy in &answer.remedies {
        what_to_do(page, remedy);
        for setting in answer.settings.iter().filter(|setting| setting.audience == remedy.audience) {
            lines_to_write(page, setting);
        }
    }
    heading(page, "Also possible", &further);
    for cause in further {
        page.block("   - ", Tone::Plain, &format!("{} ({}, {})", cause.summary, cause.id, cause.certainty.name()));
    }
    handles(page, failure);
    for (at, reference) in answer.references.iter().enumerate() {
        if at == 0 {
            page.gap();
        }
        page.block("   ", Tone::Aside, &format!("{}  {}", reference.title, reference.url));
    }
}

fn server_says(page: &mut Page, failure: &DiagnosedFailure) {
    if let Some(said) = &failure.server_says {
        page.block("   The server says: ", Tone::Quote, &said.quote);
    }
}

fn exchanges(failure: &DiagnosedFailure) -> String {
    let numbers: Vec<String> = failure.exchanges.iter().map(u32::to_string).collect();
    let noun = if numbers.len() == 1 { "Exchange" } else { "Exchanges" };
    match failure.recovered_by {
        Some(exchange) => format!("{noun} {}; exchange {exchange} succeeded later", numbers.join(", ")),
        None => format!("{noun} {}", numbers.join(", ")),
    }
}

/// Whose turn it is, in words.
fn side(cause: &DiagnosedCause) -> &'static str {
    use crate::cause::Side;
    match cause.side {
        Side::Client => "on the client's side",
        Side::Server => "on the server's side",
        Side::IdentityProvider => "on the identity provider's side",
        Side::SecurityControl => "by a security control",
        Side::Network => "in the network",
    }
}

fn proof(page: &mut Page, lead: &str, quote: &Quote) {
    page.block(lead, Tone::Plain, &quote.says);
    let below = " ".repeat(lead.len());
    let place = [quote.part, &quote.name].join(" ");
    page.block(&below, Tone::Aside, &format!("exchange {}, {}", quote.exchange, place.trim_end()));
    page.block(&format!("{below}  "), Tone::Quote, &quote.quote);
}

/// Columns before what somebody can do.
const UNDER_WHO: usize = 18;

fn what_to_do(page: &mut Page, remedy: &Remedy) {
    let who = match remedy.audience {
        Audience::User => "User",
        Audience::Developer => "Developer",
        Audience::Administrator => "Administrator",
    };
    let lead = format!("   {who:14} ");
    let below = " ".repeat(UNDER_WHO);
    page.block(&lead, Tone::Plain, &remedy.step);
    if let Some(counterfactual) = &remedy.counterfactual {
        page.block(&below, Tone::Good, &format!("Then {counterfactual}."));
    }
    page.block(&below, Tone::Aside, &format!("To check: {}", remedy.confirm));
}

fn lines_to_write(page: &mut Page, setting: &Setting) {
    let below = " ".repeat(UNDER_WHO);
    page.block(&below, Tone::Plain, &format!("{} ({}):", setting.product, setting.format));
    page.verbatim(&format!("{below}  "), Tone::Quote, &setting.lines);
    page.verbatim(&below, Tone::Aside, setting.source);
}

fn handles(page: &mut Page, failure: &DiagnosedFailure) {
    heading(page, "To find it in the logs", &failure.handles);
    for handle in &failure.handles {
        page.block("   - ", Tone::Plain, &format!("{}: {}", handle.name, handle.value));
    }
}

fn list(page: &mut Page, title: &str, items: &[String]) {
    heading(page, title, items);
    for item in items {
        page.block("   - ", Tone::Plain, item);
    }
}

/// A heading, where something follows it.
fn heading<T>(page: &mut Page, title: &str, items: &[T]) {
    if !items.is_empty() {
        page.gap();
        page.block("   ", Tone::Strong, title);
    }
}
