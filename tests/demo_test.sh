#!/usr/bin/env bash
# The example that scripts/demo shows, with its outcome checked. usage: demo_test.sh KEDGE
set -euo pipefail
kedge=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cp -r "$(dirname "$0")/../examples/sqlite/." "$folder"
cd "$folder"
"$kedge" deploy
"$kedge" verify
[ "$(sqlite3 shop.db 'SELECT total FROM order_totals ORDER BY name')" = $'19.75\n99' ]
"$kedge" revert --to @v1.0 -y
[ "$(sqlite3 shop.db 'SELECT count(*) FROM customers')" = 0 ]
"$kedge" deploy
"$kedge" revert -y
[ -z "$(sqlite3 shop.db "SELECT name FROM sqlite_master WHERE name NOT LIKE 'kedge_%' AND name NOT LIKE 'sqlite_%'")" ]
echo "demo: the example deploys, verifies, reverts and deploys again"
