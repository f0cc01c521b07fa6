#!/usr/bin/env bash
# The cookie store beside cookie_store and tough-cookie on random and mutated sessions: [SEED]…
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
. tools/install.sh
need_node_modules
exec cargo run --quiet -p why401-tests --bin differential-cookies -- "$@"
