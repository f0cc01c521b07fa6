#!/usr/bin/env bash
# What sessions of 1,000, 10,000 and 100,000 exchanges cost: natively, then in the wasm that ships.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
cargo build --quiet --release -p why401-tests --bin long
programs=${CARGO_TARGET_DIR:-target}/release
echo "Native:"
"$programs/long"
har=$programs/bench-100000.har
[ -e "$har" ] || "$programs/long" write 100000 "$har"
echo "In the wasm that ships:"
exec node tests/bench/long/wasm.mjs "$har"
