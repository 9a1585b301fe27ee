#!/usr/bin/env bash
# Starts the whole service in containers, uses it, scales it, and removes it again with its data. The
# script uses a separate compose project, so it does not affect another running project. With
# API_PORT=0, which is the default, the API gets a free port.
set -euo pipefail
cd "$(dirname "$0")/../.."
export COMPOSE_PROJECT_NAME=pgcqrs-smoke API_PORT=${API_PORT:-0} ISSUER_PORT=${ISSUER_PORT:-0}
compose() { if docker compose version >/dev/null 2>&1; then docker compose "$@"; else docker-compose "$@"; fi; }
say() { printf '\nsmoke: %s\n' "$*"; }
# address SERVICE PORT prints the host's address for a port of the service's container.
address() { compose port "$1" "$2" | tail -n 1; }
# until_true WHAT COMMAND... repeats the command until it succeeds, and fails after half a minute.
until_true() {
  local what=$1 i
  shift
  for ((i = 0; i < 150; i++)); do if "$@"; then return; fi; sleep 0.2; done
  echo "smoke: after half a minute still not true: $what" >&2
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
# healthy SERVICE COUNT succeeds if exactly COUNT containers of the service are healthy.
healthy() {
  local ids
  ids=$(compose ps -q "$1") && [[ -n $ids ]] || return 1
  (($(docker inspect -f '{{.State.Health.Status}}' $ids | grep -c '^healthy$') == $2))
}
token() { curl -fsS "http://$issuer/tokens/smoke"; }
# position prints the position of the last event. Because positions have no gaps, this is the number
# of events.
position() { curl -fsS -H "Authorization: Bearer $(token)" -D - -o /dev/null "http://$api/v1/accounts" | tr -d '\r' | sed -n 's/^Event-Position: //ip'; }
messages() { curl -fsS "http://$(address nats 8222)/jsz?streams=true" | sed -n 's/^ *"messages": \([0-9]*\).*/\1/p' | sort -n | tail -n 1; }
published() { [[ $(messages) == "$(position)" ]]; }

say 'build and start'
compose up --build -d
api=$(address proxy 8080)
issuer=$(address issuer 8083)
until_true 'the API answers' alive "$api"
until_true 'the projector is healthy' healthy projector 1

say "the README's commands on $api"
test/compose/curls.sh "$api" "$issuer"

say 'JetStream has a message for each event'
until_true 'every message is published' published
echo "events $(position), messages $(messages)"

say 'two processes of each program'
compose up -d --scale api=2 --scale projector=2
until_true 'two API processes are healthy' healthy api 2
until_true 'two projectors are healthy' healthy projector 2
test/compose/curls.sh "$api" "$issuer" >/dev/null
until_true 'every message is published' published
echo "events $(position), messages $(messages)"

say 'stop one API process: no client notices'
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
until_true 'two API processes are healthy' healthy api 2

say 'kill one process of each program'
docker kill "$(compose ps -q api | sed -n 1p)" "$(compose ps -q projector | sed -n 1p)" >/dev/null
test/compose/curls.sh "$api" "$issuer" >/dev/null
until_true 'every message is published' published
echo "events $(position), messages $(messages)"
say 'passed'
