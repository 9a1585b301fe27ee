package feed

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"

	"example.com/pgcqrs/engine/feed/follow"
	"example.com/pgcqrs/engine/feed/owner"
	"example.com/pgcqrs/engine/feed/past"
	"example.com/pgcqrs/engine/feed/ring"
)

// Log is what subscribers read: the primary's, or a replica's. eventlog.Store is one.
type Log interface {
	owner.Log
	past.Log
}

// Options of a Feed. The zero value of a number stands for its default.
type Options struct {
	Log        Log
	Hints      <-chan struct{} // has a value when the log may have grown; nil: only the poll
	Poll       time.Duration   // the longest time between two looks for events of other processes; 0: 10 ms
	Readers    int             // pages that are read at once for subscribers that are behind; 0: 2
	Ring       ring.Bounds     // of each topic in memory
	Registerer prometheus.Registerer
	Logger     *slog.Logger
}

// Feed hands the log's events to subscribers.
type Feed struct {
	log      Log
	ring     *ring.Ring
	past     *past.Past
	owners   *owner.Owners
	follower *follow.Follower
	events   prometheus.Counter
	behind   prometheus.Counter
}

// ErrDraining says that the process ends: subscribe again, at another one.
var ErrDraining = errors.New("the feed ends")

// New makes a Feed, whose metrics are registered.
func New(o Options) *Feed {
	if o.Poll == 0 {
		o.Poll = 10 * time.Millisecond
	}
	if o.Readers == 0 {
		o.Readers = 2
	}
	auto := promauto.With(o.Registerer)
	owners, recent := owner.New(o.Log), ring.New(o.Ring)
	f := &Feed{
		log: o.Log, ring: recent, past: past.New(o.Log, owners, o.Readers), owners: owners,
		follower: follow.New(follow.Config{Log: o.Log, Owners: owners, Ring: recent, Hints: o.Hints, Poll: o.Poll, Logger: o.Logger}),
		events:   auto.NewCounter(prometheus.CounterOpts{Name: "feed_events_total", Help: "Events that were handed to subscribers."}),
		behind:   auto.NewCounter(prometheus.CounterOpts{Name: "feed_pages_total", Help: "Pages that were read from the log for subscribers that were behind what is in memory."}),
	}
	auto.NewGaugeFunc(prometheus.GaugeOpts{Name: "feed_subscribers", Help: "Subscribers of the feed."}, func() float64 {
		readers, _ := recent.Wanted()
		return float64(readers)
	})
	return f
}

// Run follows the log until ctx ends, while there are subscribers.
func (f *Feed) Run(ctx context.Context) error { return f.follower.Run(ctx) }

// Head returns the position of the log's last event, as far as subscribers can see it.
func (f *Feed) Head(ctx context.Context) (int64, error) { return f.log.Head(ctx) }

// mostPages bounds how much of the log one page of a filtered feed looks at: its position says where to go on.
const mostPages = 40

// Page returns at most limit events of a topic after a position, whose types are selected, and the
// position up to which there is no other. more says that the log goes on after it.
func (f *Feed) Page(ctx context.Context, topic ring.Topic, types Types, after int64, limit int) (events []*ring.Event, upTo int64, more bool, err error) {
	head, err := f.log.Head(ctx)
	if err != nil {
		return nil, after, false, err
	}
	place := past.Place{Position: after, Version: -1}
	for range mostPages {
		found, next, err := f.past.Page(ctx, topic, place)
		if err != nil {
			return nil, after, false, err
		}
		for _, e := range found {
			if !types.Has(e.Type) {
				continue
			}
			if events = append(events, e); len(events) == limit {
				return events, e.Position, e.Position < head, nil
			}
		}
		if next.Position >= head || next == place {
			return events, max(next.Position, after), false, nil
		}
		place = next
	}
	return events, place.Position, true, nil
}

// OwnerOf returns the subject that a stream belongs to; ok is false where it belongs to nobody. A stream without events
// is event.ErrStreamNotFound.
func (f *Feed) OwnerOf(ctx context.Context, stream uuid.UUID) (subject string, ok bool, err error) {
	return f.owners.OfStream(ctx, stream)
}

// LogChanged ends each subscription with event.ErrLogChanged: the log went back, and positions may be
// others' now.
func (f *Feed) LogChanged() { f.follower.Changed() }

// Drain ends each subscription with ErrDraining, and each that begins afterwards.
func (f *Feed) Drain() { f.ring.Close(ErrDraining) }

// Subscribe begins a subscription after a position, which must not be ahead of the log. It must be closed.
func (f *Feed) Subscribe(topic ring.Topic, types Types, after int64) *Subscription {
	return &Subscription{feed: f, topic: topic, types: types, place: past.Place{Position: after, Version: -1}, reader: f.ring.Join(topic)}
}
