//! Cross-origin requests: what the browser asks beforehand, and what it lets the page read.

super::family! {
    cors_preflight_unauthorized::CorsPreflightUnauthorized,
}
