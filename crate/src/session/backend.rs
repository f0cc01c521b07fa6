//! Which of several servers behind one name answered, as they or their balancer say.

use super::Record;

/// Fields by which balancers and servers name who answered, in lower case. Common practice of HAProxy, nginx, Varnish, Heroku,
/// Kubernetes and application servers; checked 2026-11-30.
const MARKS: [&str; 15] = [
    "x-served-by",
    "x-backend",
    "x-backend-server",
    "x-server",
    "x-server-id",
    "x-server-name",
    "x-app-server",
    "x-upstream",
    "x-instance",
    "x-instance-id",
    "x-node",
    "x-node-id",
    "x-pod",
    "x-pod-name",
    "x-hostname",
];

/// The field that says which server answered, and its name for itself.
pub fn backend(record: &Record) -> Option<(&'static str, &str)> {
    // Fastly names its own caches so, another one at each request.
    let is_server = |value: &&str| !value.starts_with("cache-");
    MARKS.into_iter().find_map(|name| record.exchange.received(name).filter(is_server).map(|value| (name, value)))
}
