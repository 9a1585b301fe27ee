package console_test

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/enginetest/pump"
	"example.com/pgcqrs/engine/enginetest/rig"
	"example.com/pgcqrs/engine/enginetest/tank"
	"example.com/pgcqrs/engine/event"
)

// park parks a tank's stream in the projection of levels, and returns the id of the tank.
func (s *site) park() uuid.UUID {
	s.t.Helper()
	id := uuid.New()
	s.add(tank.Stream, id, event.Metadata{Actor: evil}, tank.Built{Place: evil}, tank.Poured{Amount: 2})
	at := s.add(tank.Stream, id, event.Metadata{}, tank.Poured{Amount: 3, Note: "poison"})
	s.project(at.Position)
	return id
}

// kill makes the message of a tank's event dead, and returns the id of the tank.
func (s *site) kill() uuid.UUID {
	s.t.Helper()
	id := uuid.New()
	at := s.add(tank.Stream, id, event.Metadata{}, tank.Built{Place: "here"})
	rig.Do(s.t, s.pool, `INSERT INTO dead_messages (position, event_id, stream_id, type, data, occurred_at, attempts, error)
		SELECT position, event_id, stream_id, $2, '{}', occurred_at, 10, $2 FROM events WHERE position = $1`, at.Position, evil)
	return id
}

// stick parks an instance of the workflow at its first event, and returns the id of the instance.
func (s *site) stick() uuid.UUID {
	s.t.Helper()
	id := uuid.New()
	at := s.add(pump.Pumps.StreamType, id, event.Metadata{CorrelationID: "stuck"}, pump.Asked{From: uuid.New(), To: uuid.New(), Amount: 1})
	rig.Do(s.t, s.pool, `SELECT start_workflow('pumping')`)
	rig.Do(s.t, s.pool, `INSERT INTO workflow_instances (workflow, id, shape, state, positions, started_at, updated_at, parked_at, error)
		VALUES ('pumping', $1, 1, '{}', ARRAY[$2::bigint], now(), now(), $2, $3)`, id, at.Position, evil)
	return id
}

// order sends the form of an act, and returns the status and the page that shows the outcome.
func (s *site) order(form url.Values) (status int, text string) {
	s.t.Helper()
	status, text, to := s.send(http.MethodPost, "/act", form, nil)
	if status == http.StatusSeeOther {
		return status, s.page(to)
	}
	return status, text
}

// Each act says what it will do, and then does it: once, to the state that it has shown, with the
// operator's name and the note where the subcommands store them.
func TestActs(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for name, c := range map[string]struct {
		object   func() uuid.UUID
		act      string
		note     bool
		shown    string // part of the outcome
		recorded string // query for the operator and the note of the act
		gone     string // query that is true after the act
	}{
		"retry a stream": {s.park, "do=retry-stream&projection=levels", false, "no longer parked", "",
			`SELECT NOT EXISTS (SELECT FROM parked_streams WHERE stream_id = $1) AND (SELECT level = 5 FROM levels WHERE tank_id = $1)`},
		"discard a stream": {s.park, "do=discard-stream&projection=levels", true, "a retry takes the stream back",
			`SELECT discarded_by || ' ' || discard_note FROM parked_streams WHERE stream_id = $1`, `SELECT level = 2 FROM levels WHERE tank_id = $1`},
		"redrive": {s.kill, "do=redrive", false, "1 messages are in the outbox again", "",
			`SELECT EXISTS (SELECT FROM outbox WHERE stream_id = $1) AND NOT EXISTS (SELECT FROM dead_messages WHERE stream_id = $1)`},
		"drop": {s.kill, "do=drop", true, "Dropped",
			`SELECT dropped_by || ' ' || drop_note FROM dead_messages WHERE stream_id = $1`, `SELECT NOT EXISTS (SELECT FROM outbox WHERE stream_id = $1)`},
		"retry an instance": {s.stick, "do=retry-instance", false, "pumping has reacted to what it had missed", "",
			`SELECT parked_at IS NULL AND EXISTS (SELECT FROM river_job j WHERE j.args->'cause'->>'instance' = i.id::text) FROM workflow_instances i WHERE i.id = $1`},
		"cancel an instance": {s.stick, "do=cancel-instance", true, "cancelled with",
			`SELECT regexp_replace(error, '^cancelled by ([^:]*): (.*)\nbefore.*$', '\1 \2') FROM workflow_instances WHERE id = $1`, `SELECT ended FROM workflow_instances WHERE id = $1`},
	} {
		s.poison.Store(true)
		id := c.object()
		s.poison.Store(false)
		path := fmt.Sprintf("/act?%s&id=%s", c.act, id)
		if !strings.Contains(s.page("/"), strings.ReplaceAll(path, "&", "&amp;")) {
			t.Errorf("%s: the page Now does not offer %s", name, path)
		}
		form := s.formOf(path)
		if c.note {
			if status, text := s.order(form); status != http.StatusConflict || !strings.Contains(text, "needs a note") {
				t.Errorf("%s without a note: got %d", name, status)
			}
			form.Set("note", evil)
		}
		s.refused(name, form)
		if rig.One[bool](t, s.pool, c.gone, id) && c.act != "do=discard-stream&projection=levels" && c.act != "do=drop" {
			t.Errorf("%s: it was done before", name)
		}
		if status, text := s.order(form); status != http.StatusSeeOther || !strings.Contains(text, c.shown) {
			t.Errorf("%s: got %d %s", name, status, main(text))
		}
		if !rig.One[bool](t, s.pool, c.gone, id) {
			t.Errorf("%s: it was not done", name)
		}
		if c.recorded != "" {
			if got := rig.One[string](t, s.pool, c.recorded, id); got != operator+" "+evil {
				t.Errorf("%s: recorded is %q", name, got)
			}
		}
		if !strings.Contains(s.log.String(), `"by":"`+operator+`"`) {
			t.Errorf("%s: the log does not name the operator", name)
		}
		if status, _ := s.order(form); status == http.StatusSeeOther && name != "retry an instance" {
			t.Errorf("%s: it can be done twice with one page", name)
		}
	}
	s.wants("/acts", "Retry a parked stream", "Drop a dead message", "&lt;script&gt;")
}

// refused sends a form as another page would, and as a form that the console has not made: without
// the secret, with a wrong one, from another site, and for a state that has changed.
func (s *site) refused(name string, form url.Values) {
	s.t.Helper()
	for how, c := range map[string]struct {
		field, value string
		headers      map[string]string
	}{
		"without the secret":    {"form", "", nil},
		"with a wrong secret":   {"form", strings.Repeat("0", 64), nil},
		"from another site":     {"note", form.Get("note"), map[string]string{"Sec-Fetch-Site": "cross-site"}},
		"from another port":     {"note", form.Get("note"), map[string]string{"Sec-Fetch-Site": "same-site"}},
		"under another Host":    {"note", form.Get("note"), map[string]string{"Host": "attacker.example"}},
		"for another state":     {"seen", "other", nil},
		"with a note too long":  {"note", strings.Repeat("x", 501), nil},
		"of an act unheard of":  {"do", "drop-everything", nil},
		"on an id that is none": {"id", "'; DROP TABLE events", nil},
	} {
		changed := maps.Clone(form)
		changed.Set(c.field, c.value)
		if status, text, _ := s.send(http.MethodPost, "/act", changed, c.headers); status < 400 {
			s.t.Errorf("%s %s: got %d %s", name, how, status, text)
		}
	}
}

// A retry that fails again says why, and the stream stays parked.
func TestARetryThatFailsSaysWhy(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	id := s.park()
	status, text := s.order(s.formOf("/act?do=retry-stream&projection=levels&id=" + id.String()))
	if status != http.StatusSeeOther || !strings.Contains(text, "still parked") || !strings.Contains(text, "poison &#34;") {
		t.Errorf("got %d %s", status, main(text))
	}
	s.wants("/", "Parked streams", id.String())
}
