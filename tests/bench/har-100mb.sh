#!/usr/bin/env bash
# Builds the measuring programs for speed and runs them beside the command that `build.sh bench` built.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
cargo build --quiet --release -p why401-tests
programs=${CARGO_TARGET_DIR:-target}/release
exec "$programs/har-100mb" "$programs"
