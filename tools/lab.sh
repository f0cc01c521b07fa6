# Lets real browsers fail to log in at real servers, and keeps what they captured as cases.

lab_folder=tests/lab/logins

# lab list | lab record CASE…
lab() {
  case "${1:-}" in
    list | record) ;;
    *) stop "lab needs to be told what to do: ./build.sh lab list, or ./build.sh lab record CASE…" ;;
  esac
  build
  need_chromium
  need_firefox
  need_servers
  need_lab_servers
  need_lab_packages
  WHY401_LAB_PYTHON=$(realpath "$target_dir")/lab-python/bin/python node $lab_folder/record.mjs "$@"
}

# Beside those of the tests: proxies, a balancer, a firewall, a Kerberos realm, WordPress and its database,
# what the second laboratory runs, and a clock that can be wrong.
need_lab_servers() {
  local packages=()
  [ -x /usr/sbin/squid ] || packages+=(squid)
  [ -x /usr/sbin/haproxy ] || packages+=(haproxy)
  [ -e /usr/lib/apache2/modules/mod_security2.so ] || packages+=(libapache2-mod-security2)
  [ -d /usr/share/modsecurity-crs ] || packages+=(modsecurity-crs)
  [ -e /usr/lib/apache2/modules/mod_auth_gssapi.so ] || packages+=(libapache2-mod-auth-gssapi)
  have krb5kdc || packages+=(krb5-kdc krb5-admin-server krb5-user)
  have php || packages+=(php-cli php-mysql)
  [ -d /usr/share/wordpress ] || packages+=(wordpress mariadb-server)
  have openssl || packages+=(openssl)
  have faketime || packages+=(faketime)
  have qbittorrent-nox || packages+=(qbittorrent-nox)
  have syncthing || packages+=(syncthing)
  have znc || packages+=(znc)
  [ -d /usr/share/dokuwiki ] || packages+=(dokuwiki php-xml php-gd php-intl php-mbstring)
  [ -d /usr/share/roundcube ] || packages+=(roundcube-core roundcube-sqlite3 php-sqlite3)
  [ -d /usr/share/phpmyadmin ] || packages+=(phpmyadmin mariadb-server)
  [ -d /usr/share/postfixadmin ] || packages+=(postfixadmin php-sqlite3)
  have transmission-daemon || packages+=(transmission-daemon)
  have dovecot || packages+=(dovecot-imapd)
  python3 -c 'import ensurepip' 2>/dev/null || packages+=(python3-venv)
  [ ${#packages[@]} -eq 0 ] || need_apt "servers for the laboratory" "${packages[@]}"
}

# What the laboratories' applications are made of, exactly as their lock files and their list say.
need_lab_packages() {
  local python=$target_dir/lab-python folder
  for folder in $lab_folder $lab_folder/second; do
    if ! cmp -s $folder/package-lock.json $folder/node_modules/.installed; then
      say "installing the laboratory's applications of $folder/package-lock.json with npm"
      (cd $folder && npm ci --no-progress --loglevel=error)
      cp $folder/package-lock.json $folder/node_modules/.installed
    fi
  done
  if ! cmp -s $lab_folder/requirements.txt "$python/.installed"; then
    say "installing those of $lab_folder/requirements.txt with pip"
    python3 -m venv "$python"
    "$python/bin/pip" install --quiet -r $lab_folder/requirements.txt
    cp $lab_folder/requirements.txt "$python/.installed"
  fi
}
