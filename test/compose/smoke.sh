#!/usr/bin/env bash
# Starts the whole service in containers, uses it, scales it, and removes it again with its data. The
# script uses a separate compose project, so it does not affect another running project. With
# API_PORT=0, which is the default, the API gets a free port.
set -euo pipefail
cd "$(dirname "$0")/../.."
export COMPOSE_PROJECT_NAME=pgcqrs-smoke API_PORT=${API_PORT:-0} ISSUER_PORT=${ISSUER_PORT:-0} RIVERUI_PORT=${RIVERUI_PORT:-0}
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
  compose --profile observe down -v || true
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
job_is_shown() { curl -fsS -u "pgcqrs:${RIVERUI_PASSWORD:-pgcqrs_riverui}" "http://$pages/api/jobs?state=completed" 2>/dev/null | grep -q workflow_command; }
# send METHOD PATH [JSON] sends a request as the subject smoke, and prints the answer's body.
send() { curl -fsS -X "$1" -H "Authorization: Bearer $(token)" ${3:+-H 'Content-Type: application/json' -d "$3"} "http://$api$2"; }
# id prints the id in the JSON object of standard input.
id() { sed -n 's/.*"id": *"\([^"]*\)".*/\1/p'; }
completed() { send GET "/v1/transfers/$1" | grep -q '"status": *"completed"'; }
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

say 'a workflow completes a transfer'
from=$(send POST /v1/accounts '{"owner": "Sender", "currency": "EUR"}' | id)
to=$(send POST /v1/accounts '{"owner": "Receiver", "currency": "EUR"}' | id)
send POST "/v1/accounts/$from/deposits" '{"amount": 100}' >/dev/null
transfer=$(send POST /v1/transfers "{\"from\": \"$from\", \"to\": \"$to\", \"amount\": 60}" | id)
until_true 'the transfer is completed' completed "$transfer"

say "River's pages show the job queue"
compose --profile observe up -d riverui
pages=$(address riverui 8080)
until_true "River's pages list a job that is done" job_is_shown
curl -fsS -o /dev/null "http://$pages/api/jobs" 2>/dev/null && { echo 'smoke: the pages are shown without a password' >&2; exit 1; }

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
