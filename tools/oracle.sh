# Asks real browsers what they do with cookies, CORS and redirects, and holds the model to it.

oracle_kinds() { (cd tests/oracle && for file in *.mjs; do echo "${file%.mjs}"; done); }

# oracle [KIND]…
oracle() {
  local kind browser recordings=$target_dir/oracle tests=()
  [ $# -gt 0 ] || set -- $(oracle_kinds)
  for kind in "$@"; do
    [ -e "tests/oracle/$kind.mjs" ] || stop "oracle knows no '$kind', only: $(oracle_kinds | paste -sd' ')"
    tests+=(--test "oracle_$kind")
  done
  need_rust
  need_c_linker
  need_node_modules
  need_chromium
  need_firefox
  need_certificate_tools
  rm -rf "$recordings"
  for kind in "$@"; do
    mkdir -p "$recordings/$kind"
    for browser in chrome chrome-blocking firefox; do
      [ -e "tests/vectors/$kind/$browser.json" ] || continue
      say "asking $browser about $kind"
      node "tests/oracle/$kind.mjs" "$browser" >"$recordings/$kind/$browser.json"
    done
  done
  say "holding the model to the answers, which are in $recordings"
  WHY401_RECORDINGS=$(realpath "$recordings") cargo test -p why401 "${tests[@]}" -- --quiet
}
