#!/usr/bin/env bash
# Runs the README's commands as a reader would paste them, and checks the answers.
#
#   curls.sh             runs the commands unchanged
#   curls.sh API ISSUER  replaces the README's addresses with these addresses (HOST:PORT)
set -euo pipefail
readme=$(dirname "$0")/../../README.md
written=127.0.0.1:8080 issuer=127.0.0.1:8083

# The first block of shell commands after the line <!-- curls -->.
block=$(awk '/^<!-- curls -->/ { found = 1 } found && /^```$/ { exit } inside { print } found && /^```sh$/ { inside = 1 }' "$readme")
[[ -n $block ]] || { echo "curls: no commands after <!-- curls --> in $readme" >&2; exit 1; }
block=${block//localhost:8080/$written}
block=${block//$issuer/${2:-$issuer}}
said=$(bash -euo pipefail -c "${block//$written/${1:-$written}}" 2>&1 | tr -d '\r') || { echo "$said"; echo "curls: a command failed" >&2; exit 1; }
echo "$said"

failed=0
# expect TIMES PATTERN MEANING records a failure if fewer than TIMES lines match the pattern.
expect() {
  local times
  times=$(grep -cE "$2" <<<"$said" || true)
  ((times >= $1)) || { echo "curls: $3: $times lines match /$2/, not $1" >&2; failed=1; }
}
expect 1 '^HTTP/1.1 201' 'an account is opened'
expect 1 '^Location: accounts/' 'Location tells where the account is'
expect 4 '^HTTP/1.1 200' 'deposit, repeated deposit, balance and statement succeed'
expect 1 '^Idempotency-Replayed: true' 'the repeated deposit is replayed'
expect 1 '^HTTP/1.1 422' 'an overdraft is refused'
expect 1 '^HTTP/1.1 412' 'a stale If-Match fails'
expect 4 '^Content-Type: application/problem\+json' 'refusals are problems'
expect 1 '"code": ?"insufficient_funds"' 'the reason is named'
expect 1 '"balance":' 'the balance is read back'
expect 1 '"items":' 'the statement is read back'
expect 1 '^HTTP/1.1 404' 'the account does not exist for another subject'
expect 1 '^HTTP/1.1 401' 'a request without a token is refused'
exit $failed
