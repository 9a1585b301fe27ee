package turn

import (
	"context"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"example.com/pgcqrs/engine/edge/admission"
	"example.com/pgcqrs/engine/edge/problem"
	"example.com/pgcqrs/engine/edge/queue"
	"example.com/pgcqrs/engine/edge/request"
	"example.com/pgcqrs/engine/event"
)

// Bounds says how many requests run at once, and how long others wait for a place.
type Bounds struct {
	MaxCommands  int              // that run at once; four times as many may wait
	MaxQueries   int              // that run at once; half as many may wait
	MaxQueueTime time.Duration    // how long a request may wait under overload; else six times as long
	Limits       admission.Limits // if they bound what a client runs at once, it has at most half of the places
}

// Turns gives commands and queries places, which are counted separately.
type Turns struct {
	commands, queries *queue.Queue
	turnedAway        *admission.TurnedAway
	fail              problem.Fail
}

// New returns Turns in which nothing runs, and registers the metrics.
func New(bounds Bounds, registry prometheus.Registerer, turnedAway *admission.TurnedAway, fail problem.Fail) *Turns {
	queued := prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "http_queue_seconds", Help: "Time that requests waited for a place to run in; requests that got one at once are not counted.",
		Buckets: prometheus.ExponentialBuckets(0.0005, 2, 14), // 0.5 ms to 4 s
	}, []string{"queue"})
	registry.MustRegister(queued)
	return &Turns{
		commands:   queue.New(bounds.MaxCommands, 4*bounds.MaxCommands, bounds.MaxQueueTime, bounds.Limits, queued.WithLabelValues("commands")),
		queries:    queue.New(bounds.MaxQueries, bounds.MaxQueries/2, bounds.MaxQueueTime, bounds.Limits, queued.WithLabelValues("queries")),
		turnedAway: turnedAway, fail: fail,
	}
}

// Admit lets MaxCommands commands and MaxQueries queries run at once. Other requests wait for a
// place before anything but their token is checked: a service that spends its time on refusals has
// none left for the work that it has accepted. Only work takes up a place. A token that takes long
// to check, and a body that does not arrive, take none, and the place is given back before the
// answer is written: its reader may be slow. Queries that hang, for example because a replica
// hangs, leave connections for commands.
func (t *Turns) Admit(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		place, known := t.queries, request.Of(r.Context())
		if known.Changes(r.Method) {
			place = t.commands
		}
		if err := t.take(r.Context(), known, place, false); err != nil {
			t.fail(w, r, err)
			return
		}
		defer known.Leave()
		next.ServeHTTP(&placed{w, known}, r)
	})
}

// Again waits for a new place for a request that has left its place to wait for something.
func (t *Turns) Again(ctx context.Context, known *request.Request, place *queue.Queue) error {
	return t.take(ctx, known, place, true)
}

// take waits for a place, and returns why the request gets none: the service is overloaded, or the
// client has as many places, or waits for as many, as one client may.
func (t *Turns) take(ctx context.Context, known *request.Request, place *queue.Queue, back bool) error {
	switch place.Enter(ctx, known.Client(), back) {
	case queue.Runs:
		known.Place = place
		return nil
	case queue.SubjectHasHalf:
		return t.turnedAway.By("requests of subject", problem.ErrTooManyAtOnce)
	case queue.AddressHasHalf:
		return t.turnedAway.By("requests of address", problem.ErrTooManyAtOnce)
	case queue.Overloaded:
	}
	if place == t.commands {
		return t.turnedAway.By("commands", event.ErrOverloaded)
	}
	return t.turnedAway.By("queries", problem.ErrTooManyQueries)
}

// placed gives the request's place back once the answer begins. Each answer is made in memory
// before that; a streamed one would be made without a place from its first byte on.
type placed struct {
	http.ResponseWriter
	known *request.Request
}

func (p *placed) WriteHeader(status int) {
	if status >= 200 { // informational answers come before the real one
		p.known.Leave()
	}
	p.ResponseWriter.WriteHeader(status)
}

func (p *placed) Write(text []byte) (int, error) {
	p.known.Leave()
	return p.ResponseWriter.Write(text)
}

// Unwrap lets http.ResponseController reach the writer.
func (p *placed) Unwrap() http.ResponseWriter { return p.ResponseWriter }
