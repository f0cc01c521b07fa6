//! What frameworks and databases show of themselves when an error is not caught.

use std::ops::Range;

use super::statement::PREFIX;

/// How stack traces and database errors begin. From the documentation of the languages and databases;
/// checked 2026-11-21.
const BEGINNINGS: [&str; 16] = [
    "Traceback (most recent call last)",
    "java.lang.",
    "javax.servlet.",
    "org.springframework.",
    "System.NullReferenceException",
    "System.Web.HttpException",
    "Microsoft.AspNetCore.",
    "SQLSTATE[",
    "ORA-0",
    "You have an error in your SQL syntax",
    "PG::",
    "goroutine 1 [running]",
    "node_modules/",
    "vendor/laravel/",
    "Fatal error: Uncaught",
    "Whoops, looks like something went wrong",
];

/// Where a content shows internals of the server.
#[must_use]
pub fn internals(text: &str) -> Option<Range<usize>> {
    let prefix = text.as_bytes().get(..PREFIX.min(text.len()))?;
    BEGINNINGS.iter().find_map(|beginning| memchr::memmem::find(prefix, beginning.as_bytes()).map(|at| at..at + beginning.len()))
}
