#!/usr/bin/env bash
# Installs the platform's original runtime from npm as a witness for tests and benchmarks, and prints the folder it is in.
# Needs Node.js and npm; says so in one line where they are missing.
set -euo pipefail
cd "$(dirname "$0")/.."
version=2.7.8
folder=${SELLERPORT_WITNESS:-$PWD/.venv/witness}

command -v node >/dev/null && command -v npm >/dev/null || { echo "witness: Node.js and npm are missing: install nodejs and npm" >&2; exit 1; }
mkdir -p "$(dirname "$folder")"
exec 9>"$folder.lock"
flock 9  # tests run side by side
if [ ! -f "$folder/node_modules/elasticio-sailor-nodejs/run.js" ]; then
  echo "witness: installing elasticio-sailor-nodejs $version by npm" >&2
  mkdir -p "$folder"
  printf '{"name": "witness", "version": "1.0.0", "private": true}\n' >"$folder/package.json"
  npm install --prefix "$folder" --silent --no-audit --no-fund --ignore-scripts "elasticio-sailor-nodejs@$version" >&2 \
    || { echo "witness: npm could not install elasticio-sailor-nodejs $version" >&2; exit 1; }
fi
echo "$folder"
