#!/usr/bin/env bash
# The MySQL example, with its outcome checked. usage: mysql_example_test.sh KEDGE
# Needs a server: see tests/servers/mysql.py --run.
set -euo pipefail
kedge=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cp -r "$(dirname "$0")/../examples/mysql/." "$folder"
cd "$folder"
target=${KEDGE_TEST_MYSQL:?}kedge_example
# db:mysql://root@127.0.0.1:3306/ as options of the client
place=${KEDGE_TEST_MYSQL#*@}
place=${place%/}
client=(mariadb --no-defaults -h "${place%:*}" -P "${place#*:}" -u root -N -B)
"${client[@]}" -e 'DROP DATABASE IF EXISTS kedge_example; CREATE DATABASE kedge_example'
"$kedge" deploy "$target"
"$kedge" verify "$target"
[ "$("${client[@]}" kedge_example -e 'SELECT total FROM order_totals ORDER BY customer_id')" = $'19.75\n99.00' ]
"$kedge" revert "$target" --to @v1.0 -y
[ "$("${client[@]}" kedge_example -e 'SELECT COUNT(*) FROM customers')" = 0 ]

# What the README of the example says of a change that stops half-way.
sed -i 's/FOREIGN KEY/FOREIGN KEYE/' deploy/currency.sql
if "$kedge" deploy "$target" 2>errors; then
  echo "a spoilt script was deployed" >&2
  exit 1
fi
cat errors
grep -q 'stopped at statement 4 of 4' errors
"$kedge" revert "$target" --to @HEAD -y 2>&1 | tee said
grep -q 'DROP TABLE .currencies.' said
sed -i 's/FOREIGN KEYE/FOREIGN KEY/' deploy/currency.sql
"$kedge" deploy "$target"
[ "$("${client[@]}" kedge_example -e 'SELECT COUNT(*) FROM orders WHERE currency = "EUR"')" = 3 ]
"$kedge" revert "$target" -y
"${client[@]}" -e 'DROP DATABASE kedge_example'
echo "example: the MySQL project deploys, verifies, stops half-way, goes back and deploys again"
