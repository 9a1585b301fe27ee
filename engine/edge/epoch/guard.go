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

// Guard sets the log's epoch in answers, and refuses a query that names another epoch.
type Guard struct {
	epochs   Epochs
	problems problem.Table
	waits    *waiting.Waits
	within   time.Duration // time limit for comparing a query's epoch after the query has read
	fail     problem.Fail
}

// NewGuard returns a Guard. All functions in epochs must be set.
func NewGuard(epochs Epochs, problems problem.Table, waits *waiting.Waits, within time.Duration, fail problem.Fail) *Guard {
	return &Guard{epochs, problems, waits, within, fail}
}

// epochOf returns the epoch that the answer to a request names: the epoch that is known when the
// request arrives, so that an answer from an older log never names a newer epoch.
func (g *Guard) epochOf(r *http.Request) uuid.UUID {
	if request.IsCommand(r.Method) {
		return g.epochs.Written.Known()
	}
	return g.epochs.Read.Known()
}

// Tell sets the header Log-Epoch on every answer.
func (g *Guard) Tell(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		set(w, g.epochOf(r))
		next.ServeHTTP(w, r)
	})
}

// Correct sets Log-Epoch again if a request is a query although commands use its method, too.
// The answer then names the epoch of the log that queries read. Correct runs after the handler
// that finds the operation.
func (g *Guard) Correct(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if request.Of(r.Context()).Operation.Reads && request.IsCommand(r.Method) {
			set(w, g.epochs.Read.Known())
		}
		next.ServeHTTP(w, r)
	})
}

// Check refuses a query whose Log-Epoch is not the log's epoch any more. Check runs after the
// request was compared with the contract.
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

// sentIn returns the Log-Epoch of a query, and false if the query has none. The contract has
// already checked the form of the header.
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

// Operation is the function that a generated server calls for a request after it has decoded the
// request's parameters.
type Operation = func(ctx context.Context, w http.ResponseWriter, r *http.Request, request any) (response any, err error)

// InEpoch compares a query's Log-Epoch with the log's epoch again after the query has read, and
// refuses the query if they differ. If the two epochs are equal, the answer was read in that
// epoch, because a log never returns to an epoch that it has left. Check alone is not enough: it
// runs before the query waits and reads, and may use an outdated epoch.
func (g *Guard) InEpoch(next Operation) Operation {
	return func(ctx context.Context, w http.ResponseWriter, r *http.Request, request any) (any, error) {
		response, err := next(ctx, w, r, request)
		epoch, sent := sentIn(r)
		if !sent || !g.tellsOfLog(err) {
			return response, err
		}
		failed := err != nil && g.problems.Classify(false, err).Status >= 500
		within := g.within
		if failed { // the query has already waited
			within = query.LeastWait
		}
		ctx, cancel := context.WithTimeout(ctx, within)
		defer cancel()
		changed := g.compare(ctx, w, epoch)
		if changed == nil || failed && !errors.Is(changed, problem.ErrLogChanged) {
			return response, err
		}
		for _, name := range []string{"Preference-Applied", "Parked-Position"} { // the refused query has set these headers for an answer that is not sent
			w.Header().Del(name)
		}
		return nil, changed
	}
}

// tellsOfLog reports whether a query's result, an error or nil, depends on the content of the
// log that the query read.
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

// await returns nil once the log that queries read is in the epoch. A replica may reach an epoch
// later than the primary, so the query waits for the epoch as it waits for a position.
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

// lookFor compares the epochs at intervals until the log is in the epoch, the log can't reach
// the epoch any more, or ctx ends.
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

// compare returns nil if the log that queries read is in the epoch. Otherwise compare returns
// problem.ErrPositionNotReached if a replica may still reach the epoch, and
// problem.ErrLogChanged if the log has left the epoch.
func (g *Guard) compare(ctx context.Context, w http.ResponseWriter, epoch uuid.UUID) error {
	now, err := g.epochs.Read.Now(ctx)
	if err != nil {
		return err
	}
	if now == uuid.Nil { // the epoch has just changed, and the new one is not known yet
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
