#!/usr/bin/env bash
# Runs the tests; starts what they need (PostgreSQL, RabbitMQ) and stops it again.
set -euo pipefail
cd "$(dirname "$0")/.."
exec .venv/bin/python -m pytest -n 2 "$@"
