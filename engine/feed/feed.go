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

// Log is the event log that subscribers read, on the primary or on a replica. The type
// eventlog.Store implements Log.
type Log interface {
	owner.Log
	past.Log
}

// Options has the settings of a Feed. If a number is 0, its default is used.
type Options struct {
	Log        Log
	Hints      <-chan struct{} // has a value when the log may have new events; nil: the Feed only polls
	Poll       time.Duration   // longest time between two reads of the log; 0: 10 ms
	Readers    int             // largest number of pages that are read at the same time for subscribers that are behind; 0: 2
	Ring       ring.Bounds     // limits of the events in memory
	Registerer prometheus.Registerer
	Logger     *slog.Logger
}

// Feed passes events of the log to subscribers.
type Feed struct {
	log      Log
	ring     *ring.Ring
	past     *past.Past
	owners   *owner.Owners
	follower *follow.Follower
	events   prometheus.Counter
	behind   prometheus.Counter
}

// ErrDraining says that this process is about to end. The subscriber should subscribe again at
// another process.
var ErrDraining = errors.New("the feed ends")

// New returns a Feed and registers its metrics.
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

// Run reads new events of the log until ctx ends. Without subscribers, Run reads nothing.
func (f *Feed) Run(ctx context.Context) error { return f.follower.Run(ctx) }

// Head returns the position of the last event in the Feed's log, which may be on a replica.
func (f *Feed) Head(ctx context.Context) (int64, error) { return f.log.Head(ctx) }

// mostPages limits how many pages of the log a call of Page reads if few events match.
const mostPages = 40

// Page returns at most limit events of a topic (a part of the log) after a position, with the
// selected types. Up to the position upTo, no other event matches. If the result more is true, the
// log has events after upTo.
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
			if !types.Has(e.Recorded.Type) {
				continue
			}
			if events = append(events, e); len(events) == limit {
				return events, e.Recorded.Position, e.Recorded.Position < head, nil
			}
		}
		if next.Position >= head || next == place {
			return events, max(next.Position, after), false, nil
		}
		place = next
	}
	return events, place.Position, true, nil
}

// OwnerOf returns the subject to which a stream belongs. If the stream belongs to no subject, the
// result ok is false. If the stream has no events, OwnerOf returns event.ErrStreamNotFound.
func (f *Feed) OwnerOf(ctx context.Context, stream uuid.UUID) (subject string, ok bool, err error) {
	return f.owners.OfStream(ctx, stream)
}

// LogChanged ends each subscription with event.ErrLogChanged. The caller must call LogChanged after
// the log went back to an earlier state: other events may now have the same positions.
func (f *Feed) LogChanged() { f.follower.Changed() }

// Drain ends all subscriptions with ErrDraining, including subscriptions that begin later.
func (f *Feed) Drain() { f.ring.Close(ErrDraining) }
