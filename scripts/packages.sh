# shellcheck shell=bash
# What kedge needs from Debian, and how it gets there. Sourced by the other scripts.
# shellcheck disable=SC2034  # the arrays are for who sources this

# The newest clang of Debian 12 has its number in the name; so have later ones.
kedge_clang=16
grep -qs '^VERSION_CODENAME=bookworm' /etc/os-release || kedge_clang=19
# PostgreSQL's extensions have its number in the name.
kedge_postgres=15
grep -qs '^VERSION_CODENAME=bookworm' /etc/os-release || kedge_postgres=17

kedge_build_packages=(g++ cmake ninja-build pkg-config libsqlitecpp-dev libsqlite3-dev
  libpqxx-dev libpq-dev libmysqlcppconn-dev libmariadb-dev
  libcli11-dev libfmt-dev nlohmann-json3-dev nettle-dev libpcre2-dev libdtl-dev
  libpg-query-dev)
kedge_demo_packages=(sqlite3)
kedge_test_packages=(doctest-dev sqlite3 sqitch libdbd-sqlite3-perl libdbd-pg-perl libdbd-mysql-perl python3 git ccache
  postgresql postgresql-contrib "postgresql-$kedge_postgres-pgtap" pgbouncer mariadb-server mariadb-client openssl
  "clang-$kedge_clang" "libclang-rt-$kedge_clang-dev")
kedge_check_packages=(clang-format "clang-tidy-$kedge_clang" codespell shellcheck mandoc python3 git)

# install_packages NAME...: installs what is missing; asks for nothing where all is there.
install_packages() {
  local missing=() name
  for name in "$@"; do
    if ! dpkg-query -W -f '${Status}' "$name" 2>/dev/null | grep -q 'ok installed'; then
      missing+=("$name")
    fi
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  echo "Installing from Debian: ${missing[*]}"
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
      echo "These packages are needed, and neither root nor sudo is there: ${missing[*]}" >&2
      return 1
    fi
    as_root=(sudo)
  fi
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -qq
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
    --no-install-recommends "${missing[@]}" >/dev/null
}
