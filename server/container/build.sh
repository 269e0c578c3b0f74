#!/bin/sh
# What an installation runs, made from a checkout into an empty folder: the pages built, no package that only building or testing needs.
# The result is complete: its start installs, builds and writes nothing there. The steps of server/Dockerfile; a test runs them without Docker.
#   server/container/build.sh TARGET
set -eu

[ $# -eq 1 ] || { echo "usage: $0 TARGET" >&2; exit 2; }
mkdir -p "$1"
[ -z "$(ls -A "$1")" ] || { echo "$1 is not empty" >&2; exit 1; }
target=$(cd "$1" && pwd)
cd "$(dirname "$0")/../.."

node server/start.mjs --prepare

cp -R package.json package-lock.json .npmrc tsconfig.json LICENSE server storage search "$target/"
rm -rf "$target/server/sample/make"
mkdir "$target/web"
cp -R web/dist "$target/web/dist"
cd "$target"
npm ci --omit=dev --ignore-scripts --prefer-offline --no-audit --no-fund

mkdir .cache
touch .cache/built-for-use
# Everybody may read it, nobody needs to write it.
chmod -R a+rX,a-w .
