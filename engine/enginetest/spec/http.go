package spec

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"example.com/pgcqrs/engine/event"
)

// Store can append events. The type eventlog.Store implements it, and so do the fakes of
// command.Store.
type Store interface {
	AppendAll(ctx context.Context, chain []event.Append) ([]event.Appended, error)
}

// HTTP sends HTTP requests to a handler.
type HTTP struct {
	t        testing.TB
	handler  http.Handler
	headers  []string
	versions map[uuid.UUID]int64
}

// NewHTTP returns an HTTP that sends requests to a handler. Every request has the given headers:
// each name is followed by its value.
func NewHTTP(t testing.TB, handler http.Handler, headers ...string) *HTTP {
	t.Helper()
	return &HTTP{t, handler, headers, make(map[uuid.UUID]int64)}
}

// Given appends events to a stream, and returns the position of the last event. No other code may
// append to the stream.
func (h *HTTP) Given(store Store, streamType string, id uuid.UUID, events ...event.Event) (position int64) {
	h.t.Helper()
	given := event.StreamAppend{Type: streamType, ID: id, Expected: h.versions[id], Events: events}
	appended, err := store.AppendAll(h.t.Context(), []event.Append{{Streams: []event.StreamAppend{given}}})
	if err != nil {
		h.t.Fatal(err)
	}
	h.versions[id] += int64(len(events))
	return appended[0].Position
}

// When sends a request with additional headers: each name is followed by its value. The body is
// JSON. If body is "", the request has no body.
func (h *HTTP) When(method, target, body string, headers ...string) *Answer {
	h.t.Helper()
	request := httptest.NewRequestWithContext(h.t.Context(), method, target, strings.NewReader(body))
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	for _, pairs := range [][]string{h.headers, headers} {
		for i := 0; i+1 < len(pairs); i += 2 {
			request.Header.Set(pairs[i], pairs[i+1])
		}
	}
	recorder := httptest.NewRecorder()
	h.handler.ServeHTTP(recorder, request)
	return &Answer{h.t, method + " " + target, recorder}
}

// Answer is the answer to a request.
type Answer struct {
	t        testing.TB
	to       string
	recorder *httptest.ResponseRecorder
}

// Then checks that the answer has this status and these headers. In the parameter headers, each
// name is followed by its value.
func (a *Answer) Then(status int, headers ...string) *Answer {
	a.t.Helper()
	if a.recorder.Code != status {
		a.t.Errorf("%s is answered %d, want %d: %s", a.to, a.recorder.Code, status, a.recorder.Body)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		if got := a.Header(headers[i]); got != headers[i+1] {
			a.t.Errorf("%s is answered with %s %q, want %q", a.to, headers[i], got, headers[i+1])
		}
	}
	return a
}

// ThenJSON expects a JSON body with exactly these fields. The order of the fields and white space
// do not matter.
func (a *Answer) ThenJSON(want string) *Answer {
	a.t.Helper()
	var wanted, got any
	if err := json.Unmarshal([]byte(want), &wanted); err != nil {
		a.t.Fatal(err)
	}
	if err := json.Unmarshal(a.recorder.Body.Bytes(), &got); err != nil {
		a.t.Errorf("%s is answered with %s: %v", a.to, a.recorder.Body, err)
	} else if diff := cmp.Diff(wanted, got); diff != "" {
		a.t.Errorf("%s is answered with (-want +got):\n%s", a.to, diff)
	}
	return a
}

// ThenProblem expects that the answer is a problem (RFC 9457) with this status and code.
func (a *Answer) ThenProblem(status int, code string) *Answer {
	a.t.Helper()
	a.Then(status, "Content-Type", "application/problem+json")
	var problem struct {
		Status int
		Code   string
	}
	if err := json.Unmarshal(a.recorder.Body.Bytes(), &problem); err != nil || problem.Status != status || problem.Code != code {
		a.t.Errorf("%s is answered with the problem %s, want status %d and code %q", a.to, a.recorder.Body, status, code)
	}
	return a
}

// Header returns a header of the answer, or "" if the answer does not have this header.
func (a *Answer) Header(name string) string { return a.recorder.Header().Get(name) }
