//! Comments by which others claim their texts: licence headers of pages, and of the styles and scripts in them. No
//! diagnosis reads them, and a recording that is handed on should hold nobody's work.

const COMMENTS: [(&str, &str); 2] = [("<!--", "-->"), ("/*", "*/")];
const CLAIMS: [&str; 3] = ["copyright", "licence", "license"];

/// A page without such comments; `None` for what is no page, or holds none.
pub fn without_claims(text: &str) -> Option<String> {
    if !text.trim_start().starts_with('<') {
        return None;
    }
    let (mut kept, mut rest) = (String::new(), text);
    while let Some((before, comment, after)) = next_comment(rest) {
        kept.push_str(before);
        let lower = comment.to_ascii_lowercase();
        if !CLAIMS.iter().any(|claim| lower.contains(claim)) {
            kept.push_str(comment);
        }
        rest = after;
    }
    kept.push_str(rest);
    (kept.len() < text.len()).then_some(kept)
}

/// The text before the first comment, that comment, and the text behind it. What has no end is none, and with it
/// whatever stands behind.
fn next_comment(text: &str) -> Option<(&str, &str, &str)> {
    let starts = text.match_indices(['<', '/']).filter_map(|(at, _)| text.split_at_checked(at));
    let mut comments = starts.filter_map(|(before, from)| {
        let (opening, closing) = COMMENTS.into_iter().find(|(opening, _)| from.starts_with(opening))?;
        Some((before, from, opening.len(), closing))
    });
    let (before, from, opening, closing) = comments.next()?;
    let length = opening + from.get(opening..)?.find(closing)? + closing.len();
    let (comment, after) = from.split_at_checked(length)?;
    Some((before, comment, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_comments_that_claim_something_go() {
        let page = "<!DOCTYPE html><!-- The MIT License\n(c) somebody --><title>Sign in</title><!-- error 17 -->\
            <style>/*! framework | Copyright 2024 */ a { color: red } /* own */</style><p>Licence plate";
        let kept = "<!DOCTYPE html><title>Sign in</title><!-- error 17 --><style> a { color: red } /* own */</style><p>Licence plate";
        assert_eq!(without_claims(page).as_deref(), Some(kept));
        assert_eq!(without_claims(kept), None);
    }

    #[test]
    fn what_is_no_page_and_what_never_ends_stays() {
        for text in ["{\"accept\": \"*/*\", \"note\": \"copyright\", \"more\": \"*/*\"}", "<p>/* copyright <!-- license", ""] {
            assert_eq!(without_claims(text), None, "{text}");
        }
    }
}
