//! Sessions that the tests of this family share.

/// A login whose answer bears this Set-Cookie line, and a page of the same origin that then sends
/// the browser back to the login.
pub fn login(origin: &str, set_cookie: &str) -> String {
    format!(
        "> POST {origin}/login\n>\n> user=a&password=b\n< 302 Found\n< Location: /home\n< Set-Cookie: {set_cookie}\n\n~ kind document\n> GET {origin}/home\n< 302 Found\n< Location: /login\n"
    )
}
