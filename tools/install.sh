# What the project needs from the machine. Each `need_…` looks first, and reaches the network only
# for what it did not find.

say() { printf '\033[1m==> %s\033[0m\n' "$*"; }
stop() {
  printf 'build.sh: %s\n' "$*" >&2
  exit 1
}
have() { command -v "$1" >/dev/null 2>&1; }

as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif [ -t 0 ]; then
    sudo "$@"
  else
    sudo -n "$@"
  fi
}

# need_apt WHY PACKAGE…: installs Debian packages, without starting the services that some bring.
need_apt() {
  local why=$1
  shift
  have apt-get || stop "$why is missing. This script installs it on Debian and Ubuntu only; elsewhere please install it yourself (there it is: $*)"
  [ "$(id -u)" -eq 0 ] || have sudo || stop "$why is missing. As root, run: apt-get install $*"
  say "installing $why: $*"
  local policy=/usr/sbin/policy-rc.d ours='' installed=0
  if [ ! -e "$policy" ]; then
    ours=yes
    printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null && as_root chmod +x "$policy"
  fi
  as_root env DEBIAN_FRONTEND=noninteractive sh -c '
    apt-get update -qq && apt-get install -y -qq --no-install-recommends "$@" >/dev/null' apt "$@" </dev/null || installed=$?
  [ -z "$ours" ] || as_root rm -f "$policy"
  [ "$installed" -eq 0 ] || stop "apt-get could not install it. By hand: apt-get install $*"
}

need_rust() {
  have cargo && return
  # Debian 12 brings a Rust that is new enough under this name; its own `cargo` is from 2022.
  if have apt-get && apt-cache show cargo-web >/dev/null 2>&1; then
    need_apt "Rust" rustc-web cargo-web
  fi
  have cargo || stop "Rust is missing. Install it from https://rustup.rs, then start this again"
}

need_rust_checks() {
  cargo fmt --version >/dev/null 2>&1 || rust_component "rustfmt" rustfmt-web
  cargo clippy --version >/dev/null 2>&1 || rust_component "clippy" rust-web-clippy
}

# rust_component NAME DEBIAN_PACKAGE
rust_component() {
  if have rustup; then
    say "installing $1 with rustup"
    rustup component add "$1" || stop "rustup could not add $1"
  else
    need_apt "$1" "$2"
  fi
}

# Rust links native programs through the C compiler.
need_c_linker() { have cc || need_apt "a C linker" gcc libc6-dev; }

# Debian 12 has Node 18, on which the tools no longer run; npm can bring a newer one along.
own_node=$PWD/target/node
need_node() {
  [ ! -d "$own_node" ] || PATH=$own_node/node_modules/node/bin:$PATH
  have node && have npm || need_apt "Node" nodejs npm
  node_is_new_enough && return
  say "installing a newer Node than $(node --version) below $own_node, with npm"
  npm install --prefix "$own_node" --no-fund --no-audit --loglevel=error node@22 || rm -rf "$own_node"
  PATH=$own_node/node_modules/node/bin:$PATH
  node_is_new_enough || stop "Node $(node --version) is too old, 20.19 or newer is needed: https://nodejs.org"
}
node_is_new_enough() {
  node -e 'const [major, minor] = process.versions.node.split(".").map(Number);
    process.exit(major > 20 || (major === 20 && minor >= 19) ? 0 : 1)'
}

# Type checker, manifest linter, wasm optimiser and browser driver, exactly as the lock file says.
need_node_modules() {
  need_node
  local installed=tests/node_modules/.installed
  cmp -s tests/package-lock.json "$installed" && return
  say "installing the development tools of tests/package-lock.json with npm"
  (cd tests && npm ci --no-progress --loglevel=error)
  cp tests/package-lock.json "$installed"
}

has_chromium() { [ -n "${CHROME:-}" ] || have chromium || have google-chrome || have google-chrome-stable || have chromium-browser; }
has_firefox() { [ -n "${FIREFOX:-}" ] || have firefox || have firefox-esr; }
need_chromium() { has_chromium || need_apt "Chromium" chromium; }
need_firefox() { has_firefox || need_apt "Firefox" firefox-esr; }

# They make the oracles' authority, and let both browsers know it.
need_certificate_tools() {
  local packages=()
  have openssl || packages+=(openssl)
  have certutil || packages+=(libnss3-tools)
  [ ${#packages[@]} -eq 0 ] || need_apt "tools for the certificates of the tests" "${packages[@]}"
}

# The browser that `run` takes when none is named.
browser_here() {
  if ! has_chromium && has_firefox; then echo firefox; else echo chrome; fi
}

# The real servers of tests/lab, which start them on loopback with configurations of their own.
need_servers() {
  local packages=()
  [ -x /usr/sbin/apache2 ] || packages+=(apache2-bin)
  [ -x /usr/sbin/nginx ] || packages+=(nginx-light)
  [ ${#packages[@]} -eq 0 ] || need_apt "servers for the tests" "${packages[@]}"
}
