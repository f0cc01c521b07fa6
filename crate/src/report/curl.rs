//! One exchange as a command that sends it again, once the values that were removed are put back.

use super::share::Share;
use crate::redact::pseudonym::readable;

/// Fields that curl writes itself, from what it is told otherwise.
const OWN: [&str; 3] = ["content-length", "host", "connection"];

/// The command, not yet searched; `None` where no exchange of that number leaves.
pub(super) fn render(share: &Share, number: u32) -> Option<String> {
    let exchange = share.session.records().iter().map(|record| &record.exchange).find(|exchange| exchange.number == number)?;
    let mut command = format!("curl -X {} {}", quoted(&exchange.method), quoted(exchange.url.as_str()));
    // Pseudo fields of HTTP/2 begin with a colon, and are no fields.
    for (name, value) in exchange.request.fields.iter().filter(|(name, _)| !name.starts_with(':') && !is_own(name)) {
        command.push_str(&format!(" \\\n  -H {}", quoted(&format!("{name}: {value}"))));
    }
    if let Some(body) = &exchange.request.body {
        command.push_str(&format!(" \\\n  --data-raw {}", quoted(&body.text)));
    }
    command.push('\n');
    Some(command)
}

fn is_own(name: &str) -> bool {
    OWN.iter().any(|own| own.eq_ignore_ascii_case(name))
}

/// One word of a POSIX shell: within single quotes nothing means anything but their end.
fn quoted(text: &str) -> String {
    let mut word = String::from("'");
    for c in readable(text).chars() {
        match c {
            '\'' => word.push_str("'\\''"),
            '\0' => {}
            c => word.push(c),
        }
    }
    word.push('\'');
    word
}
