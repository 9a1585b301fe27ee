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

// Guard sets the log's epoch in answers, and refuses a query if the log is not in the epoch that
// the query names.
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

// epochOf returns the epoch for the header Log-Epoch of the answer: the epoch that is known when
// the request arrives. An epoch that becomes known later could be newer than the log from which the
// answer is read.
func (g *Guard) epochOf(r *http.Request) uuid.UUID {
	if request.IsCommand(r.Method) {
		return g.epochs.Written.Known()
	}
	return g.epochs.Read.Known()
}

// Tell sets the header Log-Epoch on every answer, if the epoch is known.
func (g *Guard) Tell(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		set(w, g.epochOf(r))
		next.ServeHTTP(w, r)
	})
}

// Correct sets Log-Epoch again for a query that has an HTTP method of commands, for example POST.
// For such a method, Tell has set the epoch of the log to which commands write; Correct sets the
// epoch of the log that queries read. Correct runs after the handler that finds the operation.
func (g *Guard) Correct(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if request.Of(r.Context()).Operation.Reads && request.IsCommand(r.Method) {
			set(w, g.epochs.Read.Known())
		}
		next.ServeHTTP(w, r)
	})
}

// Check waits until the log is in the epoch that a query names. If the log does not reach that
// epoch in time, Check refuses the query. Check runs after the request was compared with the
// contract.
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

// sentIn returns the epoch that a query names, in the header Log-Epoch or in the parameter epoch.
// The result sent is false if the query names no epoch. The form of the epoch was already checked.
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

// Operation is a function that executes an operation. The generated server calls the function after
// the server has decoded the request's parameters.
type Operation = func(ctx context.Context, w http.ResponseWriter, r *http.Request, request any) (response any, err error)

// InEpoch compares a query's epoch with the log's epoch again after the query has read, and refuses
// the query if the epochs differ. If the epochs are equal, the answer was read in this epoch,
// because a log never returns to an earlier epoch. Check alone is not enough: Check runs before the
// query reads, and may use an outdated epoch of the log.
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
		for _, name := range []string{"Preference-Applied", "Parked-Position"} { // the query has set these headers for its answer, which is not sent
			w.Header().Del(name)
		}
		return nil, changed
	}
}

// tellsOfLog reports whether the outcome of a query depends on the content of the log. The
// parameter err is the error of the query, or nil if the query has succeeded.
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

// await waits until the log that queries read is in the given epoch, and then returns nil. A
// replica may reach an epoch later than the primary, so a query waits for an epoch as it waits for
// a position.
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

// lookFor compares the epoch with the log's epoch at intervals. lookFor returns when the log is in
// the epoch, when the log can't reach the epoch any more, or when ctx ends.
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

// compare returns nil if the log that queries read is in the given epoch. Otherwise compare looks
// at the log to which commands write. If that log is in the given epoch, compare returns
// problem.ErrPositionNotReached, because a replica may still reach the epoch. If that log is in
// another epoch, compare returns problem.ErrLogChanged.
func (g *Guard) compare(ctx context.Context, w http.ResponseWriter, epoch uuid.UUID) error {
	now, err := g.epochs.Read.Now(ctx)
	if err != nil {
		return err
	}
	if now == uuid.Nil { // the epoch has just changed, and the new epoch is not known yet
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
