package epoch

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/edge/problem"
	"example.com/pgcqrs/engine/edge/query"
	"example.com/pgcqrs/engine/edge/request"
	"example.com/pgcqrs/engine/edge/waiting"
	"example.com/pgcqrs/engine/event"
)

// Guard tells clients the log's epoch, and turns a query of another epoch away.
type Guard struct {
	epochs   Epochs
	problems problem.Table
	waits    *waiting.Waits
	within   time.Duration // that a query may take
	fail     problem.Fail
}

// NewGuard returns one of the logs' epochs, which all have their functions.
func NewGuard(epochs Epochs, problems problem.Table, waits *waiting.Waits, within time.Duration, fail problem.Fail) *Guard {
	return &Guard{epochs, problems, waits, within, fail}
}

// epochOf returns the epoch that a request's answer is told to be of. It was known when the
// request came, so that no answer of an older log is taken for one of a newer.
func (g *Guard) epochOf(r *http.Request) uuid.UUID {
	if request.IsCommand(r.Method) {
		return g.epochs.Written.Known()
	}
	return g.epochs.Read.Known()
}

// Tell sets Log-Epoch on every answer.
func (g *Guard) Tell(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		set(w, g.epochOf(r))
		next.ServeHTTP(w, r)
	})
}

// Correct tells the epoch of the log that queries read on the answer to a query that was taken for a command,
// by its method. It stands behind what finds the operation.
func (g *Guard) Correct(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if request.Of(r.Context()).Operation.Reads && request.IsCommand(r.Method) {
			set(w, g.epochs.Read.Known())
		}
		next.ServeHTTP(w, r)
	})
}

// Check turns a query away whose Log-Epoch is not the log's any more. It stands behind
// the contract's check.
func (g *Guard) Check(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if epoch, sent := sentIn(r); sent {
			if err := g.await(r.Context(), w, epoch, r.Header.Get("Prefer")); err != nil {
				g.fail(w, r, err)
				return
			}
		}
		next.ServeHTTP(w, r)
	})
}

// sentIn is a query's Log-Epoch, which has passed the contract.
func sentIn(r *http.Request) (epoch uuid.UUID, sent bool) {
	operation := request.Of(r.Context()).Operation
	text := r.Header.Get(header)
	if text == "" && operation.Takes("epoch") { // for clients that can't set a header
		text = r.URL.Query().Get("epoch")
	} else if !operation.Takes(header) {
		text = ""
	}
	if text == "" {
		return uuid.Nil, false
	}
	return uuid.MustParse(text), true
}

// Operation is what a generated server calls for a request that it has bound.
type Operation = func(ctx context.Context, w http.ResponseWriter, r *http.Request, request any) (response any, err error)

// InEpoch has a query whose Log-Epoch is not the log's any more turned away also once it has read. What
// it says is of that epoch then, for a log that has left one does not come back to it: Check alone
// looks before the read has waited, and may know the epoch of a moment ago.
func (g *Guard) InEpoch(next Operation) Operation {
	return func(ctx context.Context, w http.ResponseWriter, r *http.Request, request any) (any, error) {
		response, err := next(ctx, w, r, request)
		epoch, sent := sentIn(r)
		if !sent || !g.tellsOfLog(err) {
			return response, err
		}
		failed := err != nil && g.problems.Classify(false, err).Status >= 500
		within := g.within
		if failed { // it has waited already
			within = query.LeastWait
		}
		ctx, cancel := context.WithTimeout(ctx, within)
		defer cancel()
		changed := g.compare(ctx, w, epoch)
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
func (g *Guard) tellsOfLog(err error) bool {
	for _, known := range []error{problem.ErrPositionNotReached, event.ErrBeyondLog, problem.ErrParked} {
		if errors.Is(err, known) {
			return true
		}
	}
	if err == nil {
		return true
	}
	status := g.problems.Classify(false, err).Status
	return status < 500 && status != http.StatusBadRequest && status != http.StatusTooManyRequests
}

// await returns nil once the log that queries read is in the epoch. A replica may get
// there later than the log that is written, and is waited for as for a position.
func (g *Guard) await(ctx context.Context, w http.ResponseWriter, epoch uuid.UUID, prefer string) error {
	if g.epochs.Read.Known() == epoch {
		return nil
	}
	wait, _ := query.WaitOf(&prefer)
	return g.waits.Run(ctx, func() error {
		bounded, cancel := context.WithTimeout(ctx, max(wait, query.LeastWait))
		defer cancel()
		return g.lookFor(bounded, w, epoch)
	})
}

// lookFor looks until the epoch is there, can't come any more, or time is up.
func (g *Guard) lookFor(ctx context.Context, w http.ResponseWriter, epoch uuid.UUID) error {
	const pause = 25 * time.Millisecond
	for g.epochs.Read.Known() != epoch {
		if err := g.compare(ctx, w, epoch); !errors.Is(err, problem.ErrPositionNotReached) {
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

// compare looks whether the log that queries read is in the epoch: problem.ErrPositionNotReached says that
// it may get there.
func (g *Guard) compare(ctx context.Context, w http.ResponseWriter, epoch uuid.UUID) error {
	now, err := g.epochs.Read.Now(ctx)
	if err != nil {
		return err
	}
	if now == uuid.Nil { // it has just changed, and the next is not known yet
		return event.ErrUnavailable
	}
	set(w, now)
	if now == epoch {
		return nil
	}
	written, err := g.epochs.Written.Now(ctx)
	if err != nil {
		return err
	}
	if written != epoch {
		return problem.ErrLogChanged
	}
	return problem.ErrPositionNotReached
}
