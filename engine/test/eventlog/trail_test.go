package eventlog_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/enginetest/tank"
	"example.com/pgcqrs/engine/enginetest/testdb"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/trail"
)

// The trail lists who did what, in the order of the log and in pages. A client can filter the trail
// by actor, event type and time.
func TestTrailNamesActors(t *testing.T) {
	t.Parallel()
	store := newStore(t, testdb.New(t))
	start := time.Now().UTC().Add(-time.Second)
	id := uuid.New()
	for i, happened := range []struct {
		actor string
		event event.Event
	}{{"ada", tank.Built{Place: "roof"}}, {"bob", poured(1)}, {"ada", poured(2)}, {"ada", poured(3)}} {
		mustAppend(t, store, event.Append{
			Metadata: event.Metadata{Actor: happened.actor, CausationID: "request " + happened.actor, CorrelationID: "flow " + happened.actor},
			Streams:  []event.StreamAppend{{Type: tank.Stream, ID: id, Expected: int64(i), Events: []event.Event{happened.event}}},
		})
	}
	queries := trail.NewQueries(store)
	for name, tc := range map[string]struct {
		filter trail.Filter
		want   string
	}{
		"all":                    {trail.Filter{}, "ada bob ada ada"},
		"of an actor":            {trail.Filter{Actor: "ada"}, "ada ada ada"},
		"of an actor and a type": {trail.Filter{Actor: "ada", Type: "tank.poured"}, "ada ada"},
		"of nobody":              {trail.Filter{Actor: "nobody"}, ""},
		"since before":           {trail.Filter{Since: start}, "ada bob ada ada"},
		"since later":            {trail.Filter{Since: start.Add(time.Hour)}, ""},
		"until before":           {trail.Filter{Until: start}, ""},
		"until later":            {trail.Filter{Until: start.Add(time.Hour)}, "ada bob ada ada"},
	} {
		tc.filter.Limit = 10
		entries, next, position, err := queries.Entries(t.Context(), tc.filter)
		if err != nil || next != 0 || position != 4 {
			t.Errorf("%s: next %d, position %d, %v", name, next, position, err)
		}
		if got := actorsOf(t, entries); got != tc.want {
			t.Errorf("%s: got %q, want %q", name, got, tc.want)
		}
	}
	three, next, _, err := queries.Entries(t.Context(), trail.Filter{Limit: 3})
	if err != nil || len(three) != 3 || next != 3 {
		t.Fatalf("the first page has %d, and goes on after %d: %v", len(three), next, err)
	}
	if rest, next, _, err := queries.Entries(t.Context(), trail.Filter{Limit: 3, After: next}); err != nil || len(rest) != 1 || next != 0 {
		t.Errorf("the second page has %d, and goes on after %d: %v", len(rest), next, err)
	}
}

// actorsOf returns the actors of some entries. Each entry must also have a correlation id and a
// causation id.
func actorsOf(t *testing.T, entries []event.Recorded) string {
	t.Helper()
	var actors []string
	for _, e := range entries {
		actors = append(actors, e.Metadata.Actor)
		if e.Metadata.CausationID != "request "+e.Metadata.Actor || e.Metadata.CorrelationID != "flow "+e.Metadata.Actor {
			t.Errorf("the metadata at position %d is %+v", e.Position, e.Metadata)
		}
	}
	return strings.Join(actors, " ")
}
