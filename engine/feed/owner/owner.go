package owner

import (
	"context"
	"fmt"
	"slices"
	"sync/atomic"

	"github.com/google/uuid"
	lru "github.com/hashicorp/golang-lru/v2"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/feed/ring"
)

// Log reads and decodes the first events of streams. Firsts may leave out some of the events if
// they have many bytes together, but it always returns at least one event. The type eventlog.Store
// implements Log.
type Log interface {
	Firsts(ctx context.Context, streams []uuid.UUID) ([]event.Recorded, error)
}

// remembered is the largest number of streams in the cache, which then takes about 10 MB.
const remembered = 100_000

// Owners finds the subjects to which streams belong, and caches these subjects.
type Owners struct {
	forgotten atomic.Int64 // number of calls of Forget
	log       Log
	cache     *lru.Cache[uuid.UUID, owned]
}

type owned struct {
	subject string
	ok      bool
}

// New returns an Owners with an empty cache.
func New(log Log) *Owners {
	cache, err := lru.New[uuid.UUID, owned](remembered)
	if err != nil {
		panic(err) // lru.New fails only for a size that is not positive
	}
	return &Owners{log: log, cache: cache}
}

// Fill sets the fields Owner and Owned of each event. For all streams that are not in the cache,
// Fill reads the log once.
func (o *Owners) Fill(ctx context.Context, events []*ring.Event) error {
	unknown := make(map[uuid.UUID]owned)
	var streams []uuid.UUID
	for _, e := range events {
		if _, known := o.cache.Get(e.Recorded.StreamID); known {
			continue
		}
		if _, asked := unknown[e.Recorded.StreamID]; !asked {
			unknown[e.Recorded.StreamID] = owned{}
			streams = append(streams, e.Recorded.StreamID)
		}
	}
	if err := o.ask(ctx, streams, unknown); err != nil {
		return err
	}
	for _, e := range events {
		known, cached := o.cache.Get(e.Recorded.StreamID)
		if !cached { // the cache is too small for the streams of these events
			known = unknown[e.Recorded.StreamID]
		}
		e.Owner, e.Owned = known.subject, known.ok
	}
	return nil
}

// ask reads the first events of streams, and stores the subjects in the given map and in the cache.
func (o *Owners) ask(ctx context.Context, streams []uuid.UUID, into map[uuid.UUID]owned) error {
	before, left := o.forgotten.Load(), slices.Clone(streams)
	for len(left) > 0 {
		firsts, err := o.log.Firsts(ctx, left)
		if err != nil {
			return fmt.Errorf("read first events of streams: %w", err)
		}
		if len(firsts) == 0 {
			// Either the log went back after the events were read, or the first events were read on
			// another replica, which is behind.
			return fmt.Errorf("%w: %d of %d streams have a first event", event.ErrUnavailable, len(streams)-len(left), len(streams))
		}
		found := make(map[uuid.UUID]bool, len(firsts))
		for _, first := range firsts {
			subject, ok := of(first)
			found[first.StreamID], into[first.StreamID] = true, owned{subject, ok}
			o.add(first.StreamID, into[first.StreamID], before)
		}
		left = slices.DeleteFunc(left, func(stream uuid.UUID) bool { return found[stream] })
	}
	return nil
}

// OfStream returns the subject to which a stream belongs. If the stream belongs to no subject, the
// result ok is false. If the stream has no events, OfStream returns event.ErrStreamNotFound.
func (o *Owners) OfStream(ctx context.Context, stream uuid.UUID) (subject string, ok bool, err error) {
	if known, cached := o.cache.Get(stream); cached {
		return known.subject, known.ok, nil
	}
	before := o.forgotten.Load()
	firsts, err := o.log.Firsts(ctx, []uuid.UUID{stream})
	if err != nil {
		return "", false, fmt.Errorf("read first event of stream: %w", err)
	}
	if len(firsts) == 0 {
		return "", false, event.ErrStreamNotFound
	}
	subject, ok = of(firsts[0])
	o.add(stream, owned{subject, ok}, before)
	return subject, ok, nil
}

// of returns the subject that the first event of a stream names. A stored event may be a Split of
// several events. Then any of these events may name the subject.
func of(first event.Recorded) (subject string, ok bool) {
	for _, part := range first.Parts() {
		if begins, owned := part.Event.(event.Owned); owned {
			return begins.OwnedBy(), true
		}
	}
	return "", false
}

// Forget empties the cache. The caller must call Forget after the log went back to an earlier
// state.
func (o *Owners) Forget() {
	o.forgotten.Add(1)
	o.cache.Purge()
}

// add adds an owner to the cache. If Forget was called since the read began, add does nothing,
// because the read may have seen an event that the log has lost.
func (o *Owners) add(stream uuid.UUID, known owned, before int64) {
	if o.cache.Add(stream, known); o.forgotten.Load() != before {
		o.cache.Remove(stream)
	}
}
