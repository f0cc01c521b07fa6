#!/usr/bin/env bash
# NTLM and SPNEGO beside pyspnego on tokens that it makes, whole and damaged: [SEED]…
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
target=${CARGO_TARGET_DIR:-target}
peers=$target/python
"$peers/bin/python" -c 'import spnego' 2>/dev/null || {
  python3 -m venv "$peers"
  "$peers/bin/pip" install --quiet pyspnego==0.12.4
}
cargo build --quiet -p why401-tests --bin differential-windows
exec "$peers/bin/python" tests/differential/windows.py "$target/debug/differential-windows" "$@"
