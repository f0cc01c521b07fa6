# Feeds a grammar or the session with what nobody would write: libFuzzer through cargo-fuzz.

fuzz_folder=tests/fuzz

fuzz_targets() { (cd $fuzz_folder/targets && for file in *.rs; do echo "${file%.rs}"; done); }

# fuzz TARGET [SECONDS]
fuzz() {
  local target=${1:-} seconds=${2:-60}
  if [ ! -e "$fuzz_folder/targets/$target.rs" ]; then
    stop "fuzz needs a target, and may be given seconds: ./build.sh fuzz TARGET [60]. Targets: $(fuzz_targets | paste -sd' ')"
  fi
  [[ $seconds =~ ^[0-9]+$ ]] || stop "'$seconds' is no number of seconds"
  need_rust
  need_node
  have c++ || need_apt "a C++ compiler, for libFuzzer" g++
  cargo fuzz --version >/dev/null 2>&1 || {
    say "installing cargo-fuzz with cargo"
    cargo install --quiet --locked cargo-fuzz
  }
  local corpus=$target_dir/fuzz/corpus/$target
  node $fuzz_folder/seeds.mjs "$target" "$corpus"
  # The core forbids unsafe code, so what a sanitizer of memory would find cannot be there.
  RUSTC_BOOTSTRAP=1 cargo fuzz run -O --fuzz-dir $fuzz_folder --target-dir "$target_dir/fuzz" --sanitizer none "$target" "$corpus" -- \
    -max_total_time="$seconds" -max_len=16384 -timeout=10 -rss_limit_mb=4096 -print_final_stats=1 -artifact_prefix="$target_dir/fuzz/"
}
