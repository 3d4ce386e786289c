#!/usr/bin/env bash
# The example application migrates its database at its start. usage: library_test.sh EXAMPLE
set -euo pipefail
example=$(realpath "$1")
project=$(cd "$(dirname "$0")/../examples/sqlite" && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
fail() {
  echo "library: $*" >&2
  exit 1
}
planned=$(grep -c '^[a-z].* <.*>' "$project/kedge.plan")
"$example" "$project" app.db >first.txt
grep -qx "$planned to deploy" first.txt || fail "first run: $(cat first.txt)"
grep -qx "$planned deployed" first.txt || fail "first run: $(cat first.txt)"
[ "$(sqlite3 app.db 'SELECT count(*) FROM kedge_changes')" = "$planned" ] || fail "the registry differs"
[ "$("$example" "$project" app.db)" = $'0 to deploy\n0 deployed' ] || fail "second run"

cp -r "$project" broken
first=$(sed -n 's/^\([a-z_]*\) .*/\1/p' broken/kedge.plan | sed -n 2p)
echo 'SELEC 1;' >"broken/deploy/$first.sql"
status=0
"$example" broken other.db >out.txt 2>err.txt || status=$?
[ "$status" -eq 1 ] || fail "a failing script: exit $status"
grep -q "^\"$first.*failed: broken/./deploy/$first.sql:1:1: .*syntax error" err.txt || fail "$(cat err.txt)"
[ "$(sqlite3 other.db 'SELECT count(*) FROM kedge_changes')" = 1 ] || fail "the change before isn't kept"
"$example" nowhere third.db 2>err.txt && fail "no project, and no error"
grep -q 'nowhere' err.txt || fail "$(cat err.txt)"
echo "library: the example migrates its database"
