package owner

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	lru "github.com/hashicorp/golang-lru/v2"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/feed/ring"
)

// Log reads the first events of streams, decoded; eventlog.Store is one.
type Log interface {
	Firsts(ctx context.Context, streams []uuid.UUID) ([]event.Recorded, error)
}

// remembered is how many streams' owners are held in memory, some 10 MB.
const remembered = 100_000

// Owners know to whom streams belong.
type Owners struct {
	log   Log
	cache *lru.Cache[uuid.UUID, owned]
}

type owned struct {
	subject string
	ok      bool
}

// New makes Owners that know nothing yet.
func New(log Log) *Owners {
	cache, err := lru.New[uuid.UUID, owned](remembered)
	if err != nil {
		panic(err) // only for a size that is not positive
	}
	return &Owners{log: log, cache: cache}
}

// Fill sets the Owner of each event. It asks the log once, for all streams that it does not know.
func (o *Owners) Fill(ctx context.Context, events []*ring.Event) error {
	unknown := make(map[uuid.UUID]owned)
	var streams []uuid.UUID
	for _, e := range events {
		if _, known := o.cache.Get(e.StreamID); known {
			continue
		}
		if _, asked := unknown[e.StreamID]; !asked {
			unknown[e.StreamID] = owned{}
			streams = append(streams, e.StreamID)
		}
	}
	if err := o.ask(ctx, streams, unknown); err != nil {
		return err
	}
	for _, e := range events {
		known, cached := o.cache.Get(e.StreamID)
		if !cached { // more streams than are remembered
			known = unknown[e.StreamID]
		}
		e.Owner, e.Owned = known.subject, known.ok
	}
	return nil
}

// ask learns the owners of streams.
func (o *Owners) ask(ctx context.Context, streams []uuid.UUID, into map[uuid.UUID]owned) error {
	if len(streams) == 0 {
		return nil
	}
	firsts, err := o.log.Firsts(ctx, streams)
	if err != nil {
		return fmt.Errorf("read first events of streams: %w", err)
	}
	if len(firsts) != len(streams) {
		return fmt.Errorf("%d of %d streams have a first event", len(firsts), len(streams))
	}
	for _, first := range firsts {
		subject, ok := of(first)
		into[first.StreamID] = owned{subject, ok}
		o.cache.Add(first.StreamID, into[first.StreamID])
	}
	return nil
}

// OfStream returns the subject that a stream belongs to; ok is false where it belongs to nobody. A stream without
// events is event.ErrStreamNotFound.
func (o *Owners) OfStream(ctx context.Context, stream uuid.UUID) (subject string, ok bool, err error) {
	if known, cached := o.cache.Get(stream); cached {
		return known.subject, known.ok, nil
	}
	firsts, err := o.log.Firsts(ctx, []uuid.UUID{stream})
	if err != nil {
		return "", false, fmt.Errorf("read first event of stream: %w", err)
	}
	if len(firsts) == 0 {
		return "", false, event.ErrStreamNotFound
	}
	subject, ok = of(firsts[0])
	o.cache.Add(stream, owned{subject, ok})
	return subject, ok, nil
}

// of returns the subject that a stream belongs to, by its first event, which may stand for several today.
func of(first event.Recorded) (subject string, ok bool) {
	for _, part := range first.Parts() {
		if begins, owned := part.Event.(event.Owned); owned {
			return begins.OwnedBy(), true
		}
	}
	return "", false
}

// Forget drops all that is remembered: the log went back.
func (o *Owners) Forget() { o.cache.Purge() }
