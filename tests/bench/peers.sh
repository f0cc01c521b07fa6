#!/usr/bin/env bash
# Our grammars, our cookie store and our session, beside those of others where there are any.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
cargo build --quiet --release -p why401-tests --bin peers --bin memory
programs=${CARGO_TARGET_DIR:-target}/release
"$programs/peers"
exec "$programs/memory"
