#!/usr/bin/env bash
# The PostgreSQL example, with its outcome checked. usage: postgres_example_test.sh KEDGE
# Needs a server: see tests/servers/postgres.py --run.
set -euo pipefail
kedge=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cp -r "$(dirname "$0")/../examples/postgres/." "$folder"
cd "$folder"
target=${KEDGE_TEST_PG:?}kedge_example
psql=("$KEDGE_TEST_PG_BIN/psql" -XAt "postgresql:${KEDGE_TEST_PG#db:pg:}kedge_example")
admin=("$KEDGE_TEST_PG_BIN/psql" -XAtq "postgresql:${KEDGE_TEST_PG#db:pg:}postgres")
"${admin[@]}" -c 'DROP DATABASE IF EXISTS kedge_example' -c 'CREATE DATABASE kedge_example'
"$kedge" deploy "$target"
"$kedge" verify "$target"
[ "$("${psql[@]}" -c 'SELECT total FROM shop.order_totals ORDER BY name')" = $'19.75\n99.00' ]
"$kedge" revert "$target" --to @v1.0 -y
[ "$("${psql[@]}" -c 'SELECT count(*) FROM shop.customers')" = 0 ]
"$kedge" deploy "$target"
"$kedge" revert "$target" -y
[ "$("${psql[@]}" -c "SELECT count(*) FROM pg_namespace WHERE nspname = 'shop'")" = 0 ]
"${admin[@]}" -c 'DROP DATABASE kedge_example'
echo "example: the PostgreSQL project deploys, verifies, reverts and deploys again"
