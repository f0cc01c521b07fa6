//! Forms with files (RFC 7578), as far as their parts can be told apart.

use super::{Sink, parameter, words};
use crate::redact::Kind;

/// The parts between the lines of the boundary, which itself may be an identifier.
pub fn multipart(text: &str, sink: &mut dyn Sink) {
    let boundary = text.lines().next().unwrap_or_default();
    for (at, part) in text.split(boundary).enumerate() {
        if at > 0 {
            self::boundary(boundary, sink);
        }
        let Some((head, value)) = part.split_once("\r\n\r\n").or_else(|| part.split_once("\n\n")) else {
            words(part, sink);
            continue;
        };
        let named = |name: &str| head.split_once(name).and_then(|(_, rest)| rest.split('"').next());
        let (name, file) = (named(" name=\"").unwrap_or_default(), named(" filename=\""));
        match file
            .and_then(|file| head.split_once(file).map(|(before, after)| (before, file, after)))
            .filter(|(_, file, _)| !file.is_empty())
        {
            Some((before, file, after)) => {
                words(before, sink);
                sink.secret(Kind::Name, file);
                words(after, sink);
            }
            None => words(head, sink),
        }
        let gap = part.len() - head.len() - value.len();
        sink.clear(part.get(head.len()..head.len() + gap).unwrap_or_default());
        let inner = value.trim_end_matches(['\r', '\n']);
        if file.is_some() {
            sink.secret(Kind::Value, inner)
        } else {
            parameter::value(name, inner, false, sink)
        }
        sink.clear(value.get(inner.len()..).unwrap_or_default());
    }
}

/// The dashes before it are all that readers ask for.
pub fn boundary(text: &str, sink: &mut dyn Sink) {
    let name = text.trim_start_matches('-');
    sink.clear(text.get(..text.len() - name.len()).unwrap_or_default());
    if !name.is_empty() {
        sink.secret(Kind::Name, name);
    }
}
