#!/usr/bin/env bash
# SAML beside pysaml2 on messages that it makes, whole and damaged: [SEED]…
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
target=${CARGO_TARGET_DIR:-target}
peers=$target/python
"$peers/bin/python" -c 'import saml2' 2>/dev/null || {
  python3 -m venv "$peers"
  "$peers/bin/pip" install --quiet pysaml2==7.5.5
}
cargo build --quiet -p why401-tests --bin differential-saml
exec "$peers/bin/python" tests/differential/saml.py "$target/debug/differential-saml" "$@"
