package edge

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/edge/problem"
	"example.com/pgcqrs/engine/edge/query"
	"example.com/pgcqrs/engine/event"
)

const epochHeader = "Log-Epoch"

// Epochs tell which history of the log answers belong to. uuid.Nil says that it is not known.
type Epochs struct {
	Written Epoch // of the log that commands are appended to
	Read    Epoch // of the log that queries read, on a replica perhaps
}

// Epoch is that of one database's log.
type Epoch struct {
	Known func() uuid.UUID                         // as it was a moment ago
	Now   func(context.Context) (uuid.UUID, error) // as it is
}

// epochOf returns the epoch that a request's answer is told to be of. It was known when the
// request came, so that no answer of an older log is taken for one of a newer.
func (s *Stack) epochOf(r *http.Request) uuid.UUID {
	if changes(r.Method) {
		return s.Epochs.Written.Known()
	}
	return s.Epochs.Read.Known()
}

// tellEpoch sets Log-Epoch on every answer.
func (s *Stack) tellEpoch(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		setEpoch(w, s.epochOf(r))
		next.ServeHTTP(w, r)
	})
}

func setEpoch(w http.ResponseWriter, epoch uuid.UUID) {
	if epoch != uuid.Nil {
		w.Header().Set(epochHeader, epoch.String())
	}
}

// checkEpoch turns a query away whose Log-Epoch is not the log's any more. It stands behind
// the contract's check.
func (s *Stack) checkEpoch(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if epoch, sent := sentEpoch(r); sent {
			if err := s.awaitEpoch(r.Context(), w, epoch, r.Header.Get("Prefer")); err != nil {
				s.Fail(w, r, err)
				return
			}
		}
		next.ServeHTTP(w, r)
	})
}

// sentEpoch is a query's Log-Epoch, which has passed the contract.
func sentEpoch(r *http.Request) (epoch uuid.UUID, sent bool) {
	text := r.Header.Get(epochHeader)
	if text == "" || !requestOf(r.Context()).operation.Takes(epochHeader) {
		return uuid.Nil, false
	}
	return uuid.MustParse(text), true
}

// Operation is what a generated server calls for a request that it has bound.
type Operation = func(ctx context.Context, w http.ResponseWriter, r *http.Request, request any) (response any, err error)

// InEpoch has a query whose Log-Epoch is not the log's any more turned away also once it has read. What
// it says is of that epoch then, for a log that has left one does not come back to it: checkEpoch alone
// looks before the read has waited, and may know the epoch of a moment ago.
func (s *Stack) InEpoch(next Operation) Operation {
	return func(ctx context.Context, w http.ResponseWriter, r *http.Request, request any) (any, error) {
		response, err := next(ctx, w, r, request)
		epoch, sent := sentEpoch(r)
		if !sent || !s.tellsOfLog(err) {
			return response, err
		}
		failed := err != nil && s.Problems.Classify(false, err).Status >= 500
		within := s.QueryTimeout
		if failed { // it has waited already
			within = query.LeastWait
		}
		ctx, cancel := context.WithTimeout(ctx, within)
		defer cancel()
		changed := s.compareEpoch(ctx, w, epoch)
		if changed == nil || failed && !errors.Is(changed, problem.ErrLogChanged) {
			return response, err
		}
		for _, name := range []string{"Preference-Applied", "Parked-Position"} { // what is not answered has none
			w.Header().Del(name)
		}
		return nil, changed
	}
}

// tellsOfLog says of a query's error, or of none, that it would be another one on another log.
func (s *Stack) tellsOfLog(err error) bool {
	for _, known := range []error{problem.ErrPositionNotReached, event.ErrBeyondLog, problem.ErrParked} {
		if errors.Is(err, known) {
			return true
		}
	}
	if err == nil {
		return true
	}
	status := s.Problems.Classify(false, err).Status
	return status < 500 && status != http.StatusBadRequest && status != http.StatusTooManyRequests
}

// awaitEpoch returns nil once the log that queries read is in the epoch. A replica may get
// there later than the log that is written, and is waited for as for a position.
func (s *Stack) awaitEpoch(ctx context.Context, w http.ResponseWriter, epoch uuid.UUID, prefer string) error {
	if s.Epochs.Read.Known() == epoch {
		return nil
	}
	wait, _ := query.WaitOf(&prefer)
	return s.waiting(ctx, func() error {
		bounded, cancel := context.WithTimeout(ctx, max(wait, query.LeastWait))
		defer cancel()
		return s.lookForEpoch(bounded, w, epoch)
	})
}

// lookForEpoch looks until the epoch is there, can't come any more, or time is up.
func (s *Stack) lookForEpoch(ctx context.Context, w http.ResponseWriter, epoch uuid.UUID) error {
	const pause = 25 * time.Millisecond
	for s.Epochs.Read.Known() != epoch {
		if err := s.compareEpoch(ctx, w, epoch); !errors.Is(err, problem.ErrPositionNotReached) {
			return err
		}
		select {
		case <-ctx.Done():
			return problem.ErrPositionNotReached
		case <-time.After(pause):
		}
	}
	return nil
}

// compareEpoch looks whether the log that queries read is in the epoch: problem.ErrPositionNotReached says that
// it may get there.
func (s *Stack) compareEpoch(ctx context.Context, w http.ResponseWriter, epoch uuid.UUID) error {
	now, err := s.Epochs.Read.Now(ctx)
	if err != nil {
		return err
	}
	if now == uuid.Nil { // it has just changed, and the next is not known yet
		return event.ErrUnavailable
	}
	setEpoch(w, now)
	if now == epoch {
		return nil
	}
	written, err := s.Epochs.Written.Now(ctx)
	if err != nil {
		return err
	}
	if written != epoch {
		return problem.ErrLogChanged
	}
	return problem.ErrPositionNotReached
}

// withDefaults has a log that nobody tells the epoch of.
func (e Epoch) withDefaults() Epoch {
	if e.Known == nil {
		e.Known = func() uuid.UUID { return uuid.Nil }
	}
	if e.Now == nil {
		e.Now = func(context.Context) (uuid.UUID, error) { return uuid.Nil, event.ErrUnavailable }
	}
	return e
}
