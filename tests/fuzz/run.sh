#!/usr/bin/env bash
# Runs one fuzzer on its seeds for some seconds; new inputs go to a throw-away folder.
# usage: run.sh FUZZER SECONDS
set -euo pipefail
fuzzer=$1
seconds=$2
seeds=$(dirname "$0")/corpus/$(basename "$fuzzer" _fuzzer)
found=$(mktemp -d)
trap 'rm -rf "$found"' EXIT
"$fuzzer" -max_total_time="$seconds" -artifact_prefix="${TMPDIR:-/tmp}/" -print_final_stats=1 \
  "$found" "$seeds"
