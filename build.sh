#!/usr/bin/env bash
# The one door: everything this project can do starts here. `./build.sh help` lists it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
. tools/install.sh
. tools/wasm.sh
. tools/vendor.sh
. tools/check.sh
. tools/fuzz.sh
. tools/oracle.sh
. tools/lab.sh
. tools/words.sh

help() {
  cat <<'EOF'
./build.sh COMMAND

  run [--browser chrome|firefox]  build, then open a browser with Why401, DevTools and the demo site
  build                           build the extension into extension/ (load that folder unpacked)
  test                            everything: check, Rust tests, wasm tests, both real browsers
  check                           format, clippy, types, manifest, walls, the size of the package, and how soon the core is ready
  accuracy [--lost]               how often the cases in tests/cases are diagnosed right, as they are and changed; --lost names each loss
  bench [NAME]                    build the command for speed and run what is in tests/bench/, or one of it: ui, ready …
  fuzz TARGET [SECONDS]           feed a grammar or the session with what nobody would write
  oracle [KIND]…                  ask both browsers anew what the model of cookies, CORS and redirects says
  lab list | lab record CASE…     real servers whose logins fail: what there is; record cases of it anew
  faults [BACKGROUNDS [BROWSERS]] end the recorder's background and its browser at random, and count what is lost
  capture                         what happens in both browsers, what of it is captured, and what is shown
  differential [NAME [SEED]…]     read what others read, with them beside, and compare
  docs                            write a page for each cause into docs/causes/
  words                           learn from products' catalogues what sentences of many languages say, and measure it
  package                         write dist/why401-VERSION-{chrome,firefox}.zip, and the sources that make the same bytes
  store                           what the stores ask for, into dist/store: texts, screenshots, tile
  pictures                        make the pictures of README anew, into docs/pictures
  new-cause FAMILY ID             start a new cause: its file, its tests, its line in the list
  help                            this text

What is missing is installed and named; a second run installs nothing.
EOF
}

build() {
  need_rust
  need_wasm_target
  need_node_modules
  vendor_build
  wasm_build
}

check() {
  build
  need_rust_checks
  need_chromium
  check_all
}

# Runs every kind of test, also when one fails, and sums up what the runners said.
run_tests() {
  check
  need_c_linker
  if compgen -G 'tests/e2e/*.test.mjs' >/dev/null; then
    need_chromium
    need_firefox
    need_servers
  fi
  local log=$target_dir/tests.log status=0
  all_tests 2>&1 | tee "$log" || status=1
  awk '/^test result:/ { passed += $4; failed += $6 }
    /^ℹ pass/ { passed += $3 }
    /^ℹ fail/ { failed += $3 }
    END { printf "%d passed, %d failed\n", passed, failed }' "$log"
  return $status
}

all_tests() {
  local status=0
  say "Rust"
  cargo test --workspace --all-features --no-fail-fast -- --quiet || status=1
  say "accuracy"
  accuracy || status=1
  say "the scripts, and the wasm that ships"
  node_test tools/*.test.mjs tests/extension/*.test.mjs tests/report/*.test.mjs tests/wasm/*.test.mjs || status=1
  if compgen -G 'tests/e2e/*.test.mjs' >/dev/null; then
    say "end to end, in Chromium and Firefox"
    node_test tests/e2e/*.test.mjs || status=1
    (oracle) || status=1
  fi
  return $status
}

# One file at a time: a browser and its DevTools are as much as two cores carry.
node_test() { node --test --test-reporter=spec --test-concurrency=1 "$@"; }

run() {
  local browser=''
  case "${1:-}" in
    '') ;;
    --browser) browser=${2:-} ;;
    --browser=*) browser=${1#--browser=} ;;
    *) stop "run knows only --browser chrome|firefox" ;;
  esac
  [ -n "$browser" ] || browser=$(browser_here)
  case "$browser" in
    chrome) need_chromium ;;
    firefox) need_firefox ;;
    *) stop "there is no browser '$browser'; say --browser chrome or --browser firefox" ;;
  esac
  build
  if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
    exec node tests/e2e/open.mjs --browser "$browser"
  else
    say "no display here: pressing every button of the demo site without a window"
    exec node tests/e2e/open.mjs --browser "$browser" --headless
  fi
}

accuracy() {
  need_rust
  need_c_linker
  cargo run --quiet -p why401-tests --bin accuracy -- "$@"
}

# What the panel shows offline, for the web.
docs() {
  need_rust
  need_c_linker
  cargo build --quiet -p why401 --features cli
  local why401=$target_dir/debug/why401 id family rest
  rm -rf docs/causes
  mkdir -p docs/causes
  {
    printf '# Why a login fails\n\n'
    "$why401" causes --format markdown | sed -E 's/^\| `([a-z0-9-]+)` /| [`\1`](\1.md) /'
  } >docs/causes/README.md
  "$why401" causes --format tsv | tail -n +2 | while IFS=$'\t' read -r id family rest; do
    "$why401" explain "$id" --format markdown >"docs/causes/$id.md"
  done
  say "wrote docs/causes: $(find docs/causes -name '*.md' | wc -l) pages"
}

bench() {
  local name=${1:-*} scripts
  scripts=$(compgen -G "tests/bench/$name.*" | grep -E '\.(sh|mjs)$' | sort) || stop "bench knows no '$name'"
  build
  need_c_linker
  need_chromium
  cargo build --quiet --release -p why401 --features cli
  local script
  for script in $scripts; do
    say "$script"
    case "$script" in
      *.sh) bash "$script" ;;
      *.mjs) node "$script" ;;
    esac
  done
}

differential() {
  local name=${1:-} names=(tests/differential/*.sh)
  if [ -n "$name" ]; then
    names=("tests/differential/$name.sh")
    [ -e "${names[0]}" ] || stop "differential knows no '$name', only: $(cd tests/differential && printf '%s\n' *.sh | sed 's/\.sh$//' | paste -sd' ')"
  fi
  need_rust
  need_c_linker
  local script
  for script in "${names[@]}"; do
    bash "$script" "${@:2}"
  done
}

faults() {
  build
  need_chromium
  need_firefox
  node tests/e2e/faults.mjs "$@"
}

capture() {
  build
  need_chromium
  need_firefox
  node tests/e2e/capture.mjs
}

store() {
  build
  need_chromium
  node tests/e2e/store.mjs
}

pictures() {
  build
  need_chromium
  node tools/pictures.mjs
}

package() {
  build
  local epoch version
  # An archive of the sources has no history; git writes the commit's time into it.
  epoch=$(git log -1 --format=%ct 2>/dev/null || tr -dc 0-9 <tools/epoch)
  SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-${epoch:-0}} node tools/package.mjs
  version=$(node -p "require('./extension/manifest.json').version")
  # What addons.mozilla.org asks for beside it: from these sources this command makes the same bytes.
  rm -f "dist/why401-$version-source.zip"
  git rev-parse --git-dir >/dev/null 2>&1 || return 0
  if [ -n "$(git status --porcelain)" ]; then
    say "no archive of the sources: it would lack what is not committed, and make another package"
  else
    git archive --format=zip -o "dist/why401-$version-source.zip" HEAD
  fi
}

new_cause() {
  need_node
  node tools/new-cause.mjs "$@"
}

command=${1:-help}
[ $# -eq 0 ] || shift
case "$command" in
  run) run "$@" ;;
  build) build ;;
  test) run_tests ;;
  check) check ;;
  accuracy) accuracy "$@" ;;
  bench) bench "$@" ;;
  fuzz) fuzz "$@" ;;
  oracle) oracle "$@" ;;
  lab) lab "$@" ;;
  differential) differential "$@" ;;
  faults) faults "$@" ;;
  docs) docs ;;
  words) words ;;
  capture) capture ;;
  package) package ;;
  store) store ;;
  pictures) pictures ;;
  new-cause) new_cause "$@" ;;
  help | --help | -h) help ;;
  *)
    help >&2
    stop "there is no command '$command'"
    ;;
esac
