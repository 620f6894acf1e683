#!/usr/bin/env bash
# A throw-away PostgreSQL server for tests: runs a command with SELLERPORT_TEST_POSTGRES set to its URL, then stops it.
#
#   scripts/postgres.sh COMMAND [ARGUMENT]...
#
# It uses the PostgreSQL that is installed; on Debian as root it installs one; else it says what to install and exits
# with 69. The server listens on loopback only, on a port of its own, and its data go away with it. As root it runs as
# the user postgres, since PostgreSQL refuses to run as root.
set -euo pipefail

missing() { echo "postgres.sh: $*" >&2; exit 69; }
die() { echo "postgres.sh: $*" >&2; exit 70; }
[ $# -gt 0 ] || { sed -n '2,9s/^# \{0,1\}//p' "$0" >&2; exit 64; }

programs() {
  local found
  found=$(command -v initdb || ls -d /usr/lib/postgresql/*/bin/initdb /usr/pgsql-*/bin/initdb 2>/dev/null | sort -V | tail -1) || true
  [ -n "$found" ] && dirname "$(readlink -f "$found")"
}

BIN=$(programs || true)
if [ -z "$BIN" ] && [ "$(id -u)" = 0 ] && [ -e /etc/debian_version ]; then
  exec 9>"${TMPDIR:-/tmp}/sellerport-postgres.lock" && flock 9
  BIN=$(programs || true)
fi
if [ -z "$BIN" ] && [ "$(id -u)" = 0 ] && [ -e /etc/debian_version ]; then
  echo "postgres.sh: installing PostgreSQL" >&2
  { apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends postgresql; } >&2 </dev/null ||
    missing "apt-get could not install the package postgresql"
  BIN=$(programs || true)
fi
exec 9>&-
[ -n "$BIN" ] || missing "PostgreSQL is needed: install your system's package postgresql (initdb and pg_ctl)"

as() { if [ "$(id -u)" = 0 ]; then setpriv --reuid=postgres --regid=postgres --clear-groups -- "$@"; else "$@"; fi; }

ROOT=$(mktemp -d "${TMPDIR:-/tmp}/sellerport-postgres.XXXXXX")
[ "$(id -u)" != 0 ] || { id postgres >/dev/null 2>&1 || missing "PostgreSQL's user postgres is missing"; chown postgres: "$ROOT"; }
stop() { (cd / && as "$BIN/pg_ctl" -D "$ROOT/data" -m immediate stop) >/dev/null 2>&1 || true; rm -rf "$ROOT"; }
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

(cd / && as "$BIN/initdb" -D "$ROOT/data" -U sellerport -A trust -E UTF8 --no-locale --no-sync) >"$ROOT/log" 2>&1 ||
  die "initdb failed: $(tail -1 "$ROOT/log")"
for _ in 1 2 3 4 5; do
  PORT=$((20000 + (RANDOM * 32768 + RANDOM) % 12000))
  if (cd / && as "$BIN/pg_ctl" -D "$ROOT/data" -w -l "$ROOT/data/server.log" \
      -o "-p $PORT -c listen_addresses=127.0.0.1 -c unix_socket_directories=$ROOT -c max_connections=60" start) >"$ROOT/log" 2>&1; then
    STARTED=yes
    break
  fi
done
[ -n "${STARTED:-}" ] || die "the server did not start: $(tail -1 "$ROOT/data/server.log")"

export SELLERPORT_TEST_POSTGRES="postgresql://sellerport@127.0.0.1:$PORT/postgres"
"$@"
