package history_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/internal/events"
	"example.com/pgcqrs/internal/read/history"
)

// stream is a log that has one stream.
type stream []event.Recorded

func (s stream) LoadTo(_ context.Context, _ string, _ uuid.UUID, after, upTo int64, each func(event.Recorded) error) error {
	for _, e := range s[min(after, int64(len(s))):min(upTo, int64(len(s)))] {
		if err := each(e); err != nil {
			return err
		}
	}
	return nil
}

func (s stream) Page(_ context.Context, _ string, _ uuid.UUID, after int64, limit int) (page []event.Recorded, cut bool, err error) {
	return s[after:min(int(after)+limit, len(s))], false, nil
}

// largeStream is a log that has one stream, and whose pages have at most two events.
type largeStream struct{ stream }

func (s largeStream) Page(ctx context.Context, streamType string, id uuid.UUID, after int64, limit int) (page []event.Recorded, cut bool, err error) {
	page, _, err = s.stream.Page(ctx, streamType, id, after, limit)
	if len(page) > 2 {
		return page[:2], true, err
	}
	return page, false, err
}

// A page that ends early because its events are large reports that there are more events.
func TestPagesOfLargeEventsAreWalkedToTheEnd(t *testing.T) {
	t.Parallel()
	log := largeStream{}
	for version := int64(1); version <= 7; version++ {
		log.stream = append(log.stream, event.Recorded{Version: version, Position: version, Event: events.AccountOpened{}})
	}
	queries, read := history.NewQueries(log, "account"), int64(0)
	for more := true; more; {
		var page []event.Recorded
		var err error
		if page, more, _, err = queries.Events(t.Context(), "", uuid.Nil, read, 5, history.Until{}); err != nil {
			t.Fatal(err)
		}
		read += int64(len(page))
	}
	if read != 7 {
		t.Errorf("read %d events of 7", read)
	}
}

func (s stream) VersionAt(_ context.Context, _ uuid.UUID, instant time.Time) (int64, error) {
	for i, e := range s {
		if e.RecordedAt.After(instant) {
			return int64(i), nil
		}
	}
	return int64(len(s)), nil
}

func (s stream) Head(context.Context) (int64, error) { return int64(len(s)), nil }

// The state of an account at a time is computed from the first events of the account, without a
// gap. This is true even if the clock of the database was set back, so that a later event has an
// earlier time.
func TestStateIsTheFoldOfTheFirstEvents(t *testing.T) {
	t.Parallel()
	noon := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
	log := stream{}
	for i, e := range []struct {
		event event.Event
		at    time.Duration
	}{{events.AccountOpened{}, 0}, {events.MoneyDeposited{Amount: 5}, 2 * time.Second}, {events.MoneyWithdrawn{Amount: 5}, time.Second}} {
		log = append(log, event.Recorded{Version: int64(i + 1), Position: int64(i + 1), Type: e.event.EventType(), SchemaVersion: 1, Data: []byte("{}"), Event: e.event, RecordedAt: noon.Add(e.at)})
	}
	queries := history.NewQueries(log, "account")
	until := history.Until{At: noon.Add(time.Second)}
	account, err := queries.State(t.Context(), "", uuid.Nil, until)
	if err != nil || account.Version != 1 || account.Balance != 0 {
		t.Errorf("got version %d with %d, %v, want version 1 with 0", account.Version, account.Balance, err)
	}
	page, _, _, err := queries.Events(t.Context(), "", uuid.Nil, 0, 10, until)
	if err != nil || len(page) != 1 {
		t.Errorf("got %d events, %v, want as many as the state is made of", len(page), err)
	}
	if account, err := queries.State(t.Context(), "", uuid.Nil, history.Until{}); err != nil || account.Version != 3 {
		t.Errorf("got version %d, %v, want all 3", account.Version, err)
	}
}

// After the restore of a backup, a cached state of a long account is not used if the state contains
// events that the log has lost.
func TestStateOfALogThatWentBack(t *testing.T) {
	t.Parallel()
	deposits := func(amount int64) stream {
		log := stream{}
		for version := int64(1); version <= history.Span+1; version++ {
			var e event.Event = events.MoneyDeposited{Amount: amount}
			if version == 1 {
				e = events.AccountOpened{}
			}
			log = append(log, event.Recorded{Version: version, Position: version, ID: uuid.New(), Event: e})
		}
		return log
	}
	log := &changing{deposits(1)}
	queries, until := history.NewQueries(log, "account"), history.Until{Version: history.Span + 1}
	if _, err := queries.State(t.Context(), "", uuid.Nil, until); !errors.Is(err, event.ErrUnfinished) {
		t.Errorf("got %v, want ErrUnfinished", err)
	}
	if account, err := queries.State(t.Context(), "", uuid.Nil, until); err != nil || account.Balance != history.Span {
		t.Errorf("got %+v, %v", account, err)
	}
	log.stream = deposits(2)
	if _, err := queries.State(t.Context(), "", uuid.Nil, until); !errors.Is(err, event.ErrUnfinished) {
		t.Errorf("got %v, want it read again", err)
	}
	if account, err := queries.State(t.Context(), "", uuid.Nil, until); err != nil || account.Balance != 2*history.Span {
		t.Errorf("got %+v, %v", account, err)
	}
	log.stream = nil
	if _, err := queries.State(t.Context(), "", uuid.Nil, until); !errors.Is(err, event.ErrStreamNotFound) {
		t.Errorf("got %v, want that it is not there", err)
	}
}

// changing is a log whose events the test can replace, as the restore of a backup does.
type changing struct{ stream }

// reading is a log that counts the events that were read from it, and the searches by time.
type reading struct {
	stream
	read int
}

func (r *reading) LoadTo(ctx context.Context, streamType string, id uuid.UUID, after, upTo int64, each func(event.Recorded) error) error {
	return r.stream.LoadTo(ctx, streamType, id, after, upTo, func(e event.Recorded) error {
		r.read++
		return each(e)
	})
}

func (r *reading) Page(ctx context.Context, streamType string, id uuid.UUID, after int64, limit int) ([]event.Recorded, bool, error) {
	page, cut, err := r.stream.Page(ctx, streamType, id, after, limit)
	r.read += len(page)
	return page, cut, err
}

func (r *reading) VersionAt(ctx context.Context, id uuid.UUID, instant time.Time) (int64, error) {
	r.read++
	return r.stream.VersionAt(ctx, id, instant)
}

// A query for an account of another subject reads only the first event, which names the owner. The
// duration of the answer therefore reveals neither that the account exists nor how long its stream
// is.
func TestNothingMoreIsReadOfAnothersAccount(t *testing.T) {
	t.Parallel()
	log := &reading{}
	for version := int64(1); version <= 300; version++ {
		log.stream = append(log.stream, event.Recorded{Version: version, Position: version, ID: uuid.New(), Event: events.AccountOpened{Subject: "ada"}})
	}
	queries := history.NewQueries(log, "account")
	for _, until := range []history.Until{{}, {Version: 300}, {At: time.Now()}} {
		for name, ask := range map[string]func() error{
			"events": func() error { _, _, _, err := queries.Events(t.Context(), "bob", uuid.Nil, 0, 200, until); return err },
			"state":  func() error { _, err := queries.State(t.Context(), "bob", uuid.Nil, until); return err },
		} {
			log.read = 0
			if err := ask(); !errors.Is(err, event.ErrStreamNotFound) || log.read != 1 {
				t.Errorf("%s until %+v: read %d, %v", name, until, log.read, err)
			}
		}
	}
}
