#!/usr/bin/env bash
# Brings the whole service up in containers, uses it, scales it and takes it down again, data and all.
# It is a project of its own, beside one that may be running. API_PORT=0 (the default) takes a free port.
set -euo pipefail
cd "$(dirname "$0")/../.."
export COMPOSE_PROJECT_NAME=pgcqrs-smoke API_PORT=${API_PORT:-0} ISSUER_PORT=${ISSUER_PORT:-0}
compose() { if docker compose version >/dev/null 2>&1; then docker compose "$@"; else docker-compose "$@"; fi; }
say() { printf '\nsmoke: %s\n' "$*"; }
# address SERVICE PORT: where it is reached from here.
address() { compose port "$1" "$2" | tail -n 1; }
# until_true WHAT COMMAND...: tries for half a minute.
until_true() {
  local what=$1 i
  shift
  for ((i = 0; i < 150; i++)); do if "$@"; then return; fi; sleep 0.2; done
  echo "smoke: waited in vain: $what" >&2
  return 1
}
finish() {
  local code=$?
  if ((code)); then compose ps || true; compose logs --no-color --tail=50 || true; fi
  compose down -v || true
  exit $code
}
trap finish EXIT

alive() { curl -fsS -o /dev/null "http://$1/healthz" 2>/dev/null; }
# healthy SERVICE COUNT: so many containers of it call themselves well.
healthy() {
  local ids
  ids=$(compose ps -q "$1") && [[ -n $ids ]] || return 1
  (($(docker inspect -f '{{.State.Health.Status}}' $ids | grep -c '^healthy$') == $2))
}
token() { curl -fsS "http://$issuer/tokens/smoke"; }
# position: the log's head, which counts its events because it has no holes.
position() { curl -fsS -H "Authorization: Bearer $(token)" -D - -o /dev/null "http://$api/v1/accounts" | tr -d '\r' | sed -n 's/^Event-Position: //ip'; }
messages() { curl -fsS "http://$(address nats 8222)/jsz?streams=true" | sed -n 's/^ *"messages": \([0-9]*\).*/\1/p' | sort -n | tail -n 1; }
published() { [[ $(messages) == "$(position)" ]]; }

say 'build and start'
compose up --build -d
api=$(address proxy 8080)
issuer=$(address issuer 8083)
until_true 'the API is there' alive "$api"
until_true 'the projector is well' healthy projector 1

say "the README's commands on $api"
test/compose/curls.sh "$api" "$issuer"

say 'a message for each event is in JetStream'
until_true 'every message is published' published
echo "events $(position), messages $(messages)"

say 'two of each'
compose up -d --scale api=2 --scale projector=2
until_true 'two API processes are well' healthy api 2
until_true 'two projectors are well' healthy projector 2
test/compose/curls.sh "$api" "$issuer" >/dev/null
until_true 'every message is published' published
echo "events $(position), messages $(messages)"

say 'one told to end, and no client notices'
leaving=$(compose ps -q api | sed -n 1p)
docker stop "$leaving" >/dev/null &
asked=0
while kill -0 $! 2>/dev/null; do
  curl -fsS -o /dev/null -H "Authorization: Bearer $(token)" "http://$api/v1/accounts" || { echo "smoke: request $asked failed" >&2; exit 1; }
  asked=$((asked + 1))
done
wait $!
echo "requests $asked"
docker start "$leaving" >/dev/null
until_true 'two API processes are well' healthy api 2

say 'one of them gone'
docker kill "$(compose ps -q api | sed -n 1p)" "$(compose ps -q projector | sed -n 1p)" >/dev/null
test/compose/curls.sh "$api" "$issuer" >/dev/null
until_true 'every message is published' published
echo "events $(position), messages $(messages)"
say 'it works'
