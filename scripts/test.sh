#!/usr/bin/env bash
# Runs the tests with what they need: a RabbitMQ broker (scripts/rabbitmq.sh) and a PostgreSQL server (scripts/postgres.sh).
# Both are used where they are, installed where that is allowed; where it is not, one line says what to install.
set -euo pipefail
cd "$(dirname "$0")/.."

SELLERPORT_TEST_AMQP=$(bash scripts/rabbitmq.sh)
export SELLERPORT_TEST_AMQP
exec bash scripts/postgres.sh .venv/bin/python -m pytest -n 2 "$@"
