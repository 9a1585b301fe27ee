package past

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/feed/ring"
)

// counted is a fake log without an end. It counts the reads, and stores the limit of the last read.
type counted struct {
	reads, limit int
	hangs        int // number of the next reads that don't end before their context
}

func (c *counted) Head(context.Context) (int64, error) { return 1 << 40, nil }

func (c *counted) Tail(ctx context.Context, position int64, limit int) (found []event.Recorded, err error) {
	c.reads, c.limit = c.reads+1, limit
	if c.hangs > 0 {
		c.hangs--
		<-ctx.Done()
		return nil, ctx.Err()
	}
	for i := range limit {
		found = append(found, event.Recorded{Position: position + int64(i) + 1})
	}
	return found, nil
}

func (c *counted) TailOf(ctx context.Context, _ uuid.UUID, _, position int64, limit int) ([]event.Recorded, error) {
	return c.Tail(ctx, position, limit)
}

// next reads a page. If the page does not begin right after the place, the test fails.
func next(t *testing.T, r *Reader, after Place) Place {
	t.Helper()
	events, upTo, err := r.Page(t.Context(), after)
	if err != nil || len(events) == 0 || events[0].Recorded.Position != after.Position+1 || events[len(events)-1].Recorded.Position != upTo.Position {
		t.Fatalf("got %d events up to %+v, %v", len(events), upTo, err)
	}
	return upTo
}

// While the caller sends a page, the Reader reads the next page.
func TestAReaderReadsAheadOfItsCaller(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		log := &counted{}
		r := New(log, nil, 2).Reader(ring.Topic{})
		defer r.Close()
		place := Place{Version: -1}
		for page := range 5 {
			place = next(t, r, place)
			if synctest.Wait(); log.reads != page+2 {
				t.Errorf("after page %d: %d reads", page, log.reads)
			}
		}
	})
}

// A page that was read ahead is dropped if the caller has got the page's events from elsewhere.
func TestAPageOfAnotherPlaceIsDropped(t *testing.T) {
	t.Parallel()
	r := New(&counted{}, nil, 2).Reader(ring.Topic{})
	defer r.Close()
	next(t, r, Place{Version: -1})
	next(t, r, Place{Position: 9_000, Version: -1})
}

// If the caller's time is over before a page was read, the next call returns that page.
func TestAPageOutlivesTheTimeOfItsCaller(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		log := &counted{}
		p := New(log, nil, 1)
		r := p.Reader(ring.Topic{})
		defer r.Close()
		p.turns <- struct{}{} // another Reader reads
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, upTo, err := r.Page(ctx, Place{Version: -1}); err == nil || upTo.Position != 0 {
			t.Errorf("got a page up to %d, %v", upTo.Position, err)
		}
		<-p.turns
		if next(t, r, Place{Version: -1}); log.reads == 0 {
			t.Error("nothing was read")
		}
	})
}

// A read that hangs, for example because its connection is dead, is given up and repeated.
func TestAReadThatHangsIsRepeated(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		log := &counted{hangs: 2}
		r := New(log, nil, 1).Reader(ring.Topic{})
		defer r.Close()
		began := time.Now()
		if next(t, r, Place{Version: -1}); time.Since(began) != 2*readFor {
			t.Errorf("it took %v", time.Since(began))
		}
	})
}

// If many Readers are open, the pages of each of them are small.
func TestPagesOfManyReadersAreSmall(t *testing.T) {
	t.Parallel()
	log := &counted{}
	p := New(log, nil, 2)
	for _, test := range []struct{ readers, limit int }{{1, 512}, {16, 256}, {100, 40}, {1_000, 32}, {1, 512}} {
		var open []*Reader
		for range test.readers {
			open = append(open, p.Reader(ring.Topic{}))
		}
		if _, _, err := p.Page(t.Context(), ring.Topic{}, Place{Version: -1}); err != nil || log.limit != test.limit {
			t.Errorf("%d readers: a page has %d events, %v", test.readers, log.limit, err)
		}
		for _, r := range open {
			r.Close()
		}
	}
}
