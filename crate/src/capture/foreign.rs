//! Files that are known and not read: what they are, and how to get one that is.

use memchr::memmem;

use super::beginning;

/// What Charles keeps in its own forms, but for the one in JSON.
pub(super) const CHARLES: &str = "this is a session of Charles; in Charles choose File, Export Session, HTTP Archive (.har)";

/// What is known of a file that begins like this; `None` where nothing is.
pub(super) fn named(head: &[u8]) -> Option<&'static str> {
    let text = beginning(head);
    let lower: Vec<u8> = text.iter().take(64).map(u8::to_ascii_lowercase).collect();
    let has = |part: &[u8]| memmem::find(head.get(..4096).unwrap_or(head), part).is_some();
    Some(match head {
        [0xd4, 0xc3, 0xb2, 0xa1, ..] | [0xa1, 0xb2, 0xc3, 0xd4, ..] | [0x0a, 0x0d, 0x0d, 0x0a, ..] => {
            "this is a capture of packets, as Wireshark writes them, in which TLS hides the requests; record the login in the Network tab of DevTools, and save all as HAR with content"
        }
        [0xac, 0xed, 0, 5, ..] if has(b"com.xk72") => CHARLES,
        _ if text.starts_with(b"<?xml") && has(b"<charles-session") => CHARLES,
        [b'P', b'K', 5, 6, ..] => "this ZIP archive is empty; save it again",
        _ if is_mitmproxy(text) => "these are mitmproxy's flows; turn them into a HAR: mitmdump -n -r FLOWS --set hardump=out.har",
        _ if text.starts_with(b"{") && has(b"\"__export_format\"") || text.starts_with(b"type: ") && has(b".insomnia.rest/") => {
            "this is an export of Insomnia, which holds requests without their answers; in Insomnia choose Export, HAR"
        }
        _ if text.starts_with(b"{\"type\":\"resource-snapshot\"") => {
            "this is one file of a trace of Playwright, whose contents stand in others; give the trace.zip whole"
        }
        _ if text.starts_with(b"HTTP/") => {
            "this is an answer alone, without the request that it is for; run curl -v instead of curl -i, and save all that it prints"
        }
        _ if text.starts_with(b"version https://git-lfs") => {
            "this is a pointer of Git LFS, not the file that it stands for; fetch that with git lfs pull"
        }
        _ if lower.starts_with(b"<!doctype html") || lower.starts_with(b"<html") => {
            "this is a web page, neither a HAR nor exchange notation; in the Network tab of DevTools, save all as HAR with content"
        }
        _ => return None,
    })
}

/// Flows begin with the length of a dictionary, and one of its names.
fn is_mitmproxy(text: &[u8]) -> bool {
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let inside = text.get(digits..).and_then(|rest| rest.strip_prefix(b":")).filter(|_| digits > 0);
    // What a flow holds may stand before its connections, and be long.
    const FIRST: [&[u8]; 4] = [b"4:type;", b"7:version;", b"9:websocket;", b"8:response;"];
    inside.is_some_and(|flow| FIRST.iter().any(|first| flow.starts_with(first)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_what_a_file_is_and_what_to_do() {
        for (head, part) in [
            (&b"\xd4\xc3\xb2\xa1\x02\0\x04\0"[..], "Wireshark"),
            (b"\x0a\x0d\x0d\x0a\x1c\0\0\0", "Wireshark"),
            (b"\xac\xed\0\x05sr\0\x20com.xk72.charles", "Export Session"),
            (b"PK\x05\x06\0\0", "empty"),
            (b"1234:9:websocket;0:~8:response;11:client_conn;", "hardump"),
            (b"98765:4:type;4:http;7:version;2:18#9:websocket;0:~8:response;98000:", "hardump"),
            (b"{\"_type\":\"export\",\"__export_format\":4}", "Insomnia"),
            (b"type: collection.insomnia.rest/5.0\nname: Shop\n", "Insomnia"),
            (b"<?xml version='1.0' encoding='UTF-8' ?>\n<?charles serialisation-version='2.0' ?>\n<charles-session>", "Export Session"),
            (b"{\"type\":\"resource-snapshot\",\"snapshot\":{}}", "trace.zip whole"),
            (b"HTTP/1.1 401 Unauthorized\r\n", "curl -v"),
            (b"version https://git-lfs.github.com/spec/v1\n", "git lfs pull"),
            (b" <!DOCTYPE html><title>x</title>", "web page"),
        ] {
            assert!(named(head).is_some_and(|what| what.contains(part)), "{part}");
        }
        assert_eq!(named(b"{\"log\":{\"entries\":[]}}"), None);
    }
}
