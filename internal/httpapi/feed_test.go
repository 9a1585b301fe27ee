package httpapi

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/feed"
)

// emptyLog is a log that ends at position 42, and has no event that the caller may see.
type emptyLog struct{}

func (emptyLog) Head(context.Context) (int64, error) { return 42, nil }
func (emptyLog) Tail(context.Context, int64, int) ([]event.Recorded, error) {
	return nil, nil
}
func (emptyLog) TailOf(context.Context, uuid.UUID, int64, int64, int) ([]event.Recorded, error) {
	return nil, nil
}
func (emptyLog) Firsts(context.Context, []uuid.UUID) ([]event.Recorded, error) {
	return nil, nil
}

func TestAFeedRequestIsRefusedWithAReason(t *testing.T) {
	t.Parallel()
	service := newService()
	service.waitFor = -1 // the log never reaches a later position
	service.options = func(o *Options) {
		o.Feed = feed.New(feed.Options{Log: emptyLog{}, Registerer: prometheus.NewRegistry(), Logger: slog.New(slog.DiscardHandler)})
	}
	client := service.client(t)
	for name, test := range map[string]struct {
		query, accept, code, field string
		status                     int
	}{
		"no such form":          {"", "image/png", "not_acceptable", "", 406},
		"ahead of the log":      {"?after=43", "application/x-ndjson", "position_ahead", "", 409},
		"not a position":        {"?after=-1", "text/event-stream", "invalid_request", "after", 400},
		"beyond all positions":  {"?after=9999999999999999999", "text/event-stream", "invalid_request", "after", 400},
		"follow without lines":  {"?follow=false", "text/event-stream", "invalid_request", "follow", 400},
		"not a type":            {"?type=*", "text/event-stream", "invalid_request", "type.0", 400},
		"too many types":        {"?" + strings.Repeat("type=a&", 21), "text/event-stream", "invalid_request", "type", 400},
		"a stream that is none": {"?stream=" + uuid.NewString(), "text/event-stream", "not_found", "", 404},
	} {
		answer := send(t, client, http.MethodGet, "/v1/feed"+test.query, "", "Accept", test.accept, "Prefer", "wait=0")
		said := answer.problem(t)
		named := test.field == "" || said.Errors != nil && (*said.Errors)[0].Field == test.field
		if answer.status != test.status || orEmpty(said.Code) != test.code || !named {
			t.Errorf("%s: got %d %s", name, answer.status, answer.body)
		}
	}
	page := send(t, client, http.MethodGet, "/v1/feed?after=42", "", "Accept", "application/json")
	if page.status != 200 || page.body != `{"items":[],"position":"42"}`+"\n" {
		t.Errorf("got %d %s", page.status, page.body)
	}
}

// stuckLog is a log whose events can't be read: Tail waits until its time is over. Head still
// returns 42.
type stuckLog struct{ emptyLog }

func (stuckLog) Tail(ctx context.Context, _ int64, _ int) ([]event.Recorded, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

// A page of the feed has the time limit of a query, like every other page.
func TestAPageOfTheFeedIsGivenUpInTime(t *testing.T) {
	t.Parallel()
	service := newService()
	service.options = func(o *Options) {
		o.Edge.QueryTimeout = 50 * time.Millisecond
		o.Feed = feed.New(feed.Options{Log: stuckLog{}, Registerer: prometheus.NewRegistry(), Logger: slog.New(slog.DiscardHandler)})
	}
	answer := send(t, service.client(t), http.MethodGet, "/v1/feed", "", "Accept", "application/json")
	if said := answer.problem(t); answer.status != 503 || orEmpty(said.Code) != "unavailable" {
		t.Errorf("got %d %s", answer.status, answer.body)
	}
}
