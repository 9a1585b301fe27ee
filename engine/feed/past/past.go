package past

import (
	"context"
	"slices"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/feed/owner"
	"example.com/pgcqrs/engine/feed/ring"
)

// Log is the event log that a Past reads. The type eventlog.Store implements Log.
type Log interface {
	Head(ctx context.Context) (int64, error)
	Tail(ctx context.Context, position int64, limit int) ([]event.Recorded, error)
	TailOf(ctx context.Context, id uuid.UUID, version, position int64, limit int) ([]event.Recorded, error)
}

// Past reads pages of older events from the log.
type Past struct {
	log    Log
	owners *owner.Owners
	turns  chan struct{}
	open   atomic.Int64 // number of open Readers
}

// New returns a Past. The parameter atOnce limits how many pages are read at the same time.
func New(log Log, owners *owner.Owners, atOnce int) *Past {
	return &Past{log: log, owners: owners, turns: make(chan struct{}, atOnce)}
}

// Place is the progress of a reader in a topic (a part of the log).
type Place struct {
	Position int64 // the reader has got all events of the topic up to this position
	Version  int64 // for a topic of one stream, the version of the last event that the reader has got; -1: not known
}

// Limits of the events that are read for one page. The open Readers share the number mostInAll, so
// that thousands of subscribers that are behind need little memory. But each page may have at least
// leastInOne events.
const (
	mostInAll  = 4096
	mostEvents = 512
	leastInOne = 32
)

// limit returns the largest number of events of a page.
func (p *Past) limit() int {
	return min(max(mostInAll/max(int(p.open.Load()), 1), leastInOne), mostEvents)
}

// Page returns the next events of a topic after a place (a reader's progress), in order. The result
// upTo is the place up to which the topic has no other events. A page may be empty although the
// topic has later events; upTo is then after the given place. If upTo equals the given place, the
// log has no later event.
func (p *Past) Page(ctx context.Context, topic ring.Topic, after Place) (events []*ring.Event, upTo Place, err error) {
	got := p.page(ctx, topic, after)
	return got.events, got.upTo, got.err
}

// page is a result of Past.Page, and the place after which it was read.
type page struct {
	after, upTo Place
	events      []*ring.Event
	full        bool // the log probably has further events of the topic
	late        bool // the read took longer than readFor
	err         error
}

// readFor is the time limit of the read of one page.
const readFor = 10 * time.Second

func (p *Past) page(ctx context.Context, topic ring.Topic, after Place) page {
	select {
	case p.turns <- struct{}{}:
		defer func() { <-p.turns }()
	case <-ctx.Done():
		return page{after: after, upTo: after, err: ctx.Err()}
	}
	within, cancel := context.WithTimeout(ctx, readFor)
	defer cancel()
	got, err := p.read(within, topic, after)
	if err != nil {
		return page{after: after, upTo: after, late: ctx.Err() == nil && within.Err() != nil, err: err}
	}
	got.after = after
	return got
}

func (p *Past) read(ctx context.Context, topic ring.Topic, after Place) (page, error) {
	limit := p.limit()
	if stream, ok := topic.Stream(); ok {
		return p.ofStream(ctx, stream, after, limit)
	}
	found, err := p.log.Tail(ctx, after.Position, limit)
	if err != nil || len(found) == 0 {
		return page{upTo: after}, err
	}
	got := page{upTo: Place{Position: found[len(found)-1].Position, Version: -1}, events: shared(found), full: len(found) == limit}
	if topic.All() {
		return got, nil
	}
	if err := p.owners.Fill(ctx, got.events); err != nil {
		return page{}, err
	}
	got.events = slices.DeleteFunc(got.events, func(e *ring.Event) bool { return !topic.Has(e) })
	return got, nil
}

// ofStream reads a page of one stream. If the stream has no further events, the returned place is
// the position of the log's last event. ofStream reads this position before it reads the stream, so
// that no event of the stream is skipped.
func (p *Past) ofStream(ctx context.Context, stream uuid.UUID, after Place, limit int) (page, error) {
	head, err := p.log.Head(ctx)
	if err != nil {
		return page{}, err
	}
	found, err := p.log.TailOf(ctx, stream, after.Version, after.Position, limit)
	if err != nil {
		return page{}, err
	}
	if len(found) == 0 {
		return page{upTo: Place{Position: max(head, after.Position), Version: after.Version}}, nil
	}
	last := found[len(found)-1]
	return page{upTo: Place{Position: last.Position, Version: last.Version}, events: shared(found), full: len(found) == limit}, nil
}

func shared(found []event.Recorded) []*ring.Event {
	events := make([]*ring.Event, len(found))
	for i, e := range found {
		events[i] = &ring.Event{Recorded: e}
	}
	return events
}
