package eventstore

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/event"
)

// pending is a chain of appends on its way: encoded by its caller, flown by the
// committer, and all or nothing.
type pending struct {
	appends []appendRow
	streams []streamRow
	events  []eventRow
	keyed   []keyedRow
	bytes   int
	resent  bool // an earlier flight may have committed it
	stage   atomic.Int32
	changes int64 // of the log's epoch before anything of it was encoded
	done    chan outcome
}

// Where a chain is. Whoever waits for it may withdraw it while no flight has it: it is
// then certain that it was not appended and will not be.
const (
	queued    int32 = iota // or between two flights, after one that proves a rollback
	flying                 // or in doubt
	withdrawn              // nobody flies it any more
)

// withdraw keeps a chain that is not flying from it, and fails for one that is.
func (p *pending) withdraw() bool { return p.stage.CompareAndSwap(queued, withdrawn) }

// take has a chain fly, and fails for one that was withdrawn.
func (p *pending) take() bool {
	return p.stage.CompareAndSwap(queued, flying) || p.stage.Load() == flying
}

// putBack says that no flight has the chain any more, and none has appended it.
func (p *pending) putBack() { p.stage.CompareAndSwap(flying, queued) }

type outcome struct {
	appended []event.Appended // one an append
	err      error
}

// Append appends all of a, or nothing. It answers once the events are durable.
// Its errors are AppendAll's.
func (s *Store) Append(ctx context.Context, a event.Append) (event.Appended, error) {
	appended, err := s.AppendAll(ctx, []event.Append{a})
	if err != nil {
		return event.Appended{}, err
	}
	return appended[0], nil
}

// AppendAll appends a chain, in order, all or nothing: a later append may build on
// the version that an earlier one leads to. It answers once all is durable.
//
// Errors: event.ErrUnknownOutcome alone says that the chain may have been appended, or
// may still be: ending ctx gives up the wait, not what is on its way. After any other error,
// such as event.ErrConflict, event.ErrLogChanged, event.ErrAnswered, event.ErrOverloaded and
// event.ErrUnavailable, nothing was appended.
func (s *Store) AppendAll(ctx context.Context, chain []event.Append) ([]event.Appended, error) {
	for try := 1; ; try++ {
		p, err := s.encode(ctx, chain)
		if err != nil {
			return nil, inTime(ctx, err)
		}
		appended, err := s.appendOne(ctx, p)
		if !errors.Is(err, errKeysRefused) {
			return appended, err
		}
		for _, keyed := range p.keyed { // appended was nothing: its keys are made anew
			err = keyed.Refused()
		}
		if try == mostKeys {
			return nil, err
		}
	}
}

// mostKeys bounds how often a chain is encrypted, because the keys were others each time.
const mostKeys = 6

// errKeysRefused says that nothing was appended, because the database has refused keys of the chain's.
var errKeysRefused = errors.New("the keys of personal data have changed")

func (s *Store) appendOne(ctx context.Context, p *pending) ([]event.Appended, error) {
	select {
	case <-s.closed:
		return nil, event.ErrUnavailable
	case s.queue <- p:
	default:
		s.metrics.appends.WithLabelValues("overloaded").Inc()
		return nil, event.ErrOverloaded
	}
	select {
	case out := <-p.done:
		return out.appended, out.err
	case <-ctx.Done():
		return gaveUp(p, ctx.Err())
	case <-s.closed:
		return lastWord(p)
	}
}

// inTime marks an error of a time that was up before anything was sent.
func inTime(ctx context.Context, err error) error {
	if ctx.Err() == nil || errors.Is(err, event.ErrUnavailable) {
		return err
	}
	return fmt.Errorf("%w: %w", event.ErrUnavailable, err)
}

// gaveUp is the outcome of an append that nobody waits for any more.
func gaveUp(p *pending, why error) ([]event.Appended, error) {
	if p.withdraw() {
		return nil, fmt.Errorf("%w: it was not sent in time: %w", event.ErrUnavailable, why)
	}
	select {
	case out := <-p.done:
		return out.appended, out.err
	default:
		return nil, fmt.Errorf("%w: %w", event.ErrUnknownOutcome, why)
	}
}

// lastWord is the outcome of an append that raced with the end of Run.
func lastWord(p *pending) ([]event.Appended, error) {
	select {
	case out := <-p.done:
		return out.appended, out.err
	default:
		return nil, event.ErrUnavailable
	}
}

// clashes says whether two chains must not fly together: the statement looks at
// each stream, and at each key, once.
func (p *pending) clashes(streams map[uuid.UUID]bool, keys map[string]bool) bool {
	for _, a := range p.appends {
		if a.once != nil && keys[a.once.Key] {
			return true
		}
	}
	return slices.ContainsFunc(p.streams, func(stream streamRow) bool { return streams[stream.id] })
}

// landed is the outcome of a chain whose streams were at these versions and whose
// last event got this position.
func (p *pending) landed(before []int64, last int64) outcome {
	first := last - int64(len(p.events))
	appended := make([]event.Appended, len(p.appends))
	for i, a := range p.appends {
		appended[i] = event.Appended{
			StreamID: p.streams[a.stream].id,
			Version:  before[a.stream] + int64(a.eventsOfStream),
			Position: first + int64(a.events),
			EventID:  p.lastOf(a),
		}
		if a.events == 0 {
			appended[i].Position = a.once.Position
		}
	}
	return outcome{appended: appended}
}

// lastOf returns the id of the last event that a chain has on an append's first stream, up to
// that append's end.
func (p *pending) lastOf(a appendRow) uuid.UUID {
	for _, e := range slices.Backward(p.events[:a.events]) {
		if e.stream == a.stream {
			return e.id
		}
	}
	return uuid.Nil
}
