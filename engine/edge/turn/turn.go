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

// Bounds say how many requests run at once, and how long others wait for their turn.
type Bounds struct {
	MaxCommands  int              // at once, and four times as many wait
	MaxQueries   int              // at once, and half as many wait
	MaxQueueTime time.Duration    // how long one may wait while more comes in than can be done; else six times as long
	Limits       admission.Limits // where they bound what a client runs at once, it has half of the places at most
}

// Turns has commands and queries run in places, which are counted apart.
type Turns struct {
	commands, queries *queue.Queue
	turnedAway        *admission.TurnedAway
	fail              problem.Fail
}

// New returns one in which nothing runs, whose metrics are registered.
func New(bounds Bounds, registry prometheus.Registerer, turnedAway *admission.TurnedAway, fail problem.Fail) *Turns {
	queued := prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "http_queue_seconds", Help: "Time that requests waited for their turn; those that had it at once are not counted.",
		Buckets: prometheus.ExponentialBuckets(0.0005, 2, 14), // 0.5 ms to 4 s
	}, []string{"queue"})
	registry.MustRegister(queued)
	return &Turns{
		commands:   queue.New(bounds.MaxCommands, 4*bounds.MaxCommands, bounds.MaxQueueTime, bounds.Limits, queued.WithLabelValues("commands")),
		queries:    queue.New(bounds.MaxQueries, bounds.MaxQueries/2, bounds.MaxQueueTime, bounds.Limits, queued.WithLabelValues("queries")),
		turnedAway: turnedAway, fail: fail,
	}
}

// Admit has MaxCommands commands and MaxQueries queries run at once, and others wait for their
// turn before anything of them is checked but their token: a service that spends itself on what it
// refuses has nothing left for the work that it has taken. Nothing runs in a place but work. A token
// whose check takes long, and a body that does not come, must not take a place from those that are
// good, and the place is given back before the answer is written: its reader may be slow. Queries
// that hang, as they do before a replica that does, leave connections for commands.
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

// Again waits for another turn of a request that had one in the place, and has left it to wait for something.
func (t *Turns) Again(ctx context.Context, known *request.Request, place *queue.Queue) error {
	return t.take(ctx, known, place, true)
}

// take waits for the request's turn, and returns why it has none: that more comes in than can be done, or
// that its own client has as many of the places, or waiting for them, as may be one client's.
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

// placed gives the request's place back once the answer begins. Each answer is made in memory before;
// one that is streamed would be made, from its first byte on, without a place.
type placed struct {
	http.ResponseWriter
	known *request.Request
}

func (p *placed) WriteHeader(status int) {
	if status >= 200 { // others announce an answer
		p.known.Leave()
	}
	p.ResponseWriter.WriteHeader(status)
}

func (p *placed) Write(text []byte) (int, error) {
	p.known.Leave()
	return p.ResponseWriter.Write(text)
}

// Unwrap lets http.ResponseController through.
func (p *placed) Unwrap() http.ResponseWriter { return p.ResponseWriter }
