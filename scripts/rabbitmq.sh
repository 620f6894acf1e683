#!/usr/bin/env bash
# Finds a RabbitMQ for the tests and prints its AMQP URI: uses one that answers (SELLERPORT_TEST_AMQP, else the usual port),
# starts one where it is installed, installs it where it may (root on Debian), and says in one line what it did.
# `rabbitmq.sh stop` ends a broker that this script started; `rabbitmq.sh ctl ...` is rabbitmqctl for the broker in use.
set -euo pipefail

uri=${SELLERPORT_TEST_AMQP:-amqp://guest:guest@127.0.0.1:5672/}
home=${SELLERPORT_RABBITMQ_HOME:-/tmp/sellerport-rabbitmq-$(id -u)}
mine() { [ -f "$home/pid" ] && kill -0 "$(cat "$home/pid")" 2>/dev/null; }
if [ "${1:-}" = ctl ] && ! mine; then  # a broker of the system's own
  shift
  exec rabbitmqctl "$@"
fi
export HOME=$home RABBITMQ_NODENAME=sellerport@localhost RABBITMQ_MNESIA_BASE=$home/mnesia RABBITMQ_LOG_BASE=$home/log
export RABBITMQ_PID_FILE=$home/pid RABBITMQ_ENABLED_PLUGINS_FILE=$home/plugins RABBITMQ_NODE_IP_ADDRESS=127.0.0.1
export RABBITMQ_CONF_ENV_FILE=/dev/null RABBITMQ_CONFIG_FILE=$home/rabbitmq RABBITMQ_DIST_PORT=25673 LANG=C.UTF-8

say() { printf 'rabbitmq: %s\n' "$1" >&2; }

answers() {  # the broker names itself in the first frame of a connection
  local place=${uri#*://}
  place=${place##*@}
  place=${place%%/*}
  timeout 5 bash -c "exec 3<>/dev/tcp/${place%%:*}/${place##*:} && printf 'AMQP\0\0\11\1' >&3 && head -c 8 <&3 | grep -q ." 2>/dev/null
}

program() {  # the plain scripts of the package: Debian's wrappers insist on their own user
  local path
  for path in "/usr/lib/rabbitmq/bin/$1" "/opt/rabbitmq/sbin/$1" "$(command -v "$1" || true)"; do
    if [ -x "$path" ]; then echo "$path"; return; fi
  done
  return 1
}

install() {
  [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || { say "not found; install rabbitmq-server, or set SELLERPORT_TEST_AMQP to a broker's URI"; exit 1; }
  say "installing rabbitmq-server by apt-get"
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends rabbitmq-server; } >/tmp/sellerport-apt.log 2>&1 \
    || { say "apt-get could not install rabbitmq-server (see /tmp/sellerport-apt.log)"; exit 1; }
}

start() {
  mkdir -p "$home/mnesia" "$home/log"
  echo '[].' >"$home/plugins"
  printf 'listeners.tcp.default = 127.0.0.1:5672\ndisk_free_limit.absolute = 50MB\nlog.file.level = warning\n' >"$home/rabbitmq.conf"
  "$(program rabbitmq-server)" -detached >"$home/log/start" 2>&1 </dev/null || { say "could not be started (see $home/log)"; exit 1; }
  for _ in $(seq 120); do
    if answers; then return; fi
    sleep 0.5
  done
  say "was started and does not answer (see $home/log)"
  exit 1
}

case ${1:-} in
  ctl) shift; exec "$(program rabbitmqctl)" "$@" ;;
  stop) exec "$(program rabbitmqctl)" -q shutdown ;;
esac

if answers; then
  say "using the broker that answers"
elif [ -n "${SELLERPORT_TEST_AMQP:-}" ]; then
  say "nothing answers at SELLERPORT_TEST_AMQP"
  exit 1
else
  if ! program rabbitmq-server >/dev/null; then
    install
    for _ in $(seq 20); do  # the package may start a broker of its own
      if answers; then break; fi
      sleep 0.5
    done
  fi
  if ! answers; then
    say "starting it in $home"
    start
  fi
fi
echo "$uri"
