package spec_test

import (
	"context"
	"fmt"
	"net/http"
	"testing"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/enginetest/spec"
	"example.com/pgcqrs/engine/enginetest/tank"
	"example.com/pgcqrs/engine/event"
)

// levels is an HTTP handler that returns the level of a tank to clients that have a token.
type levels map[uuid.UUID]int64

func (l levels) AppendAll(_ context.Context, chain []event.Append) ([]event.Appended, error) {
	given := chain[0].Streams[0]
	for _, e := range given.Events {
		if poured, ok := e.(tank.Poured); ok {
			l[given.ID] += poured.Amount
		}
	}
	return []event.Appended{{StreamID: given.ID, Version: given.Expected + int64(len(given.Events)), Position: given.Expected + int64(len(given.Events))}}, nil
}

func (l levels) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	level, found := l[uuid.MustParse(r.URL.Path[1:])]
	if r.Header.Get("Authorization") == "" || !found {
		w.Header().Set("Content-Type", "application/problem+json")
		w.WriteHeader(http.StatusNotFound)
		fmt.Fprint(w, `{"status":404,"code":"not_found"}`)
		return
	}
	w.Header().Set("Event-Position", "3")
	fmt.Fprintf(w, `{"level": %d, "sent": %q}`, level, r.Header.Get("Content-Type"))
}

func TestHTTP(t *testing.T) {
	t.Parallel()
	r, store, id := &recorder{TB: t}, levels{}, uuid.New()
	h := spec.NewHTTP(r, store, "Authorization", "Bearer x")
	h.Given(store, tank.Stream, id, tank.Built{}, tank.Poured{Amount: 7})
	if position := h.Given(store, tank.Stream, id, tank.Poured{Amount: 2}); position != 3 {
		t.Errorf("the last event is at position %d", position)
	}
	h.When("GET", "/"+id.String(), "").Then(200, "Event-Position", "3").ThenJSON(`{"sent":"","level":9}`)
	h.When("POST", "/"+id.String(), "{}").Then(200).ThenJSON(`{"level":9,"sent":"application/json"}`)
	h.When("GET", "/"+uuid.NewString(), "").ThenProblem(404, "not_found")
	h.When("GET", "/"+id.String(), "", "Authorization", "").ThenProblem(404, "not_found")
	r.isQuiet("as it is")

	answer := h.When("GET", "/"+id.String(), "")
	answer.Then(201)
	r.says("another status", "is answered 200, want 201")
	answer.Then(200, "Event-Position", "4")
	r.says("another header", `Event-Position "3", want "4"`)
	answer.ThenJSON(`{"level":9}`)
	r.says("a field that nobody expects", "is answered with")
	answer.ThenProblem(404, "not_found")
	r.says("no problem", "want status 404")
}
