package edge_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"example.com/pgcqrs/engine/enginetest/caller"

	"github.com/google/uuid"
)

func TestTheSameKeyAtTheSameTimeTakesEffectOnce(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	processes := []*stack{s, s.other()}
	path := s.open()
	const clients = 16
	answers := make([]caller.Reply, clients)
	var running sync.WaitGroup
	for i := range clients {
		running.Go(func() {
			answers[i] = processes[i%2].post(path+"/fillings", `{"amount":100}`, "Idempotency-Key", "the-same")
		})
	}
	running.Wait()
	last := s.post(path+"/fillings", `{"amount":100}`, "Idempotency-Key", "the-same")
	s.want(last, 200, "")
	for _, answer := range answers {
		switch answer.Status {
		case 200:
			if answer.Body != last.Body {
				t.Errorf("got %s and %s", answer.Body, last.Body)
			}
		default:
			s.want(answer, 409, "idempotency_key_in_use")
		}
	}
	if fields := s.get(path, last.Header.Get("Event-Position")).Fields(t); fields["level"] != 100.0 {
		t.Errorf("got %v", fields)
	}
}

// Each subject has its own idempotency keys: if two subjects send the same key, the API handles the
// second request as a new command.
func TestIdempotencyKeysAreTheSubjects(t *testing.T) {
	t.Parallel()
	s := newGuarded(t)
	const body = `{"place":"roof","unit":"litre"}`
	open := func(subject string) caller.Reply {
		return s.post("/v1/tanks", body, s.as(subject, both, "Idempotency-Key", "open-1")...)
	}
	first, second, again := open("ada"), open("bob"), open("ada")
	s.want(first, 201, "")
	s.want(second, 201, "")
	if first.Body == second.Body || second.Header.Get("Idempotency-Replayed") != "" || again.Body != first.Body || again.Header.Get("Idempotency-Replayed") != "true" {
		t.Errorf("got %s, %s and %s", first.Body, second.Body, again.Body)
	}
}

// sent is a command that a client sends with an idempotency key.
type sent struct{ key, path, body, ifMatch string }

func (s *stack) under(c sent, key string) caller.Reply {
	s.t.Helper()
	headers := []string{"Idempotency-Key", key}
	if c.ifMatch != "" {
		headers = append(headers, "If-Match", c.ifMatch)
	}
	return s.post(c.path, c.body, headers...)
}

// A client repeats a command that was already executed, with the same idempotency key. Every
// process returns the first answer again, even if the command would now be rejected. A process also
// does so if it has not yet read the events of the command.
func TestTheFirstAnswerComesBeforeEveryCheck(t *testing.T) {
	t.Parallel()
	a := newStack(t)
	b, c := a.other(), a.other()
	neighbour := a.open()
	a.want(a.post(neighbour+"/fillings", `{"amount":1}`), 200, "")

	id := uuid.NewString()
	path := "/v1/tanks/" + id
	opening := sent{"open", "/v1/tanks", fmt.Sprintf(`{"id":%q,"place":"roof","unit":"litre","beside":%q}`, id, filepath.Base(neighbour)), ""}
	filling, draining := sent{"fill", path + "/fillings", `{"amount":7}`, `"1"`}, sent{"drain", path + "/drainings", `{"amount":5}`, ""}
	commands := []sent{opening, filling, draining}
	first := map[string]caller.Reply{"open": c.under(opening, "open"), "fill": a.under(filling, "fill"), "drain": a.under(draining, "drain")}
	for name, answer := range first {
		if answer.Status >= 300 {
			t.Fatalf("%s: got %d %s", name, answer.Status, answer.Body)
		}
	}
	again := func(when string, process string, s *stack) {
		t.Helper()
		for _, command := range commands {
			want, got := first[command.key], s.under(command, command.key)
			if got.Status != want.Status || got.Body != want.Body || got.Header.Get("Idempotency-Replayed") != "true" {
				t.Errorf("%s, %s again, at a process %s: got %d %s, want %d %s again", when, command.key, process, got.Status, got.Body, want.Status, want.Body)
			}
		}
	}

	a.want(b.post(path+"/drainings", `{"amount":2}`), 200, "")
	a.want(b.post(neighbour+"/drainings", `{"amount":1}`), 200, "")
	processes := map[string]*stack{"that has the keys in memory": a, "that does not know": c, "that knows": b, "that is new": a.other()}
	for name, s := range processes {
		again("when each would be refused", name, s)
		s.want(s.under(opening, "open-2"), 422, "beside_empty")
		s.want(s.under(sent{body: strings.Replace(opening.body, `,"beside"`, `,"place":"roof","beside"`, 1), path: opening.path}, "open-3"), 400, "invalid_request")
		s.want(s.under(filling, "fill-2"), 412, "precondition_failed")
		s.want(s.under(draining, "drain-2"), 422, "too_little")
		for _, command := range commands { // the API first checks whether the key was used for another command
			other := command
			other.body = command.body[:len(command.body)-1] + " }"
			s.want(s.under(other, command.key), 422, "idempotency_key_reused")
		}
		s.want(s.under(sent{path: neighbour + "/drainings", body: `{"amount":9}`}, "drain"), 422, "idempotency_key_reused")
	}

	a.spoil(`
		INSERT INTO events (position, stream_type, stream_id, version, event_id, type, schema_version, data, metadata, occurred_at, recorded_at)
		SELECT (SELECT max(position) + 1 FROM events), stream_type, stream_id, version + 1, gen_random_uuid(), 'tank.moved_by_a_newer_program', 1, '{}', '{}', now(), now()
		FROM events WHERE stream_id = $1 ORDER BY version DESC LIMIT 1`, id)
	processes["that came after"] = a.other()
	for name, s := range processes {
		again("when the stream can't be read", name, s)
		s.want(s.under(filling, "fill-4"), 503, "unavailable")
	}
}
