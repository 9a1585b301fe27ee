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

// Bounds says how many requests may run at the same time, and how long other requests may wait for
// a slot.
type Bounds struct {
	MaxCommands  int              // how many commands may run at the same time; four times as many may wait
	MaxQueries   int              // how many queries may run at the same time; half as many may wait
	MaxQueueTime time.Duration    // how long a request may wait for a slot under overload; without overload it may wait six times as long
	Limits       admission.Limits // if Limits limits the running requests of a client, one client may use at most half of the slots
}

// Turns gives execution slots to commands and to queries. Commands and queries have separate slots.
type Turns struct {
	commands, queries *queue.Queue
	turnedAway        *admission.TurnedAway
	fail              problem.Fail
}

// New returns Turns in which all slots are free, and registers the metrics.
func New(bounds Bounds, registry prometheus.Registerer, turnedAway *admission.TurnedAway, fail problem.Fail) *Turns {
	queued := prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "http_queue_seconds", Help: "Time that requests waited for a place to run in; requests that got one at once are not counted.",
		Buckets: prometheus.ExponentialBuckets(0.0005, 2, 14), // from 0.5 ms to 4 s
	}, []string{"queue"})
	registry.MustRegister(queued)
	return &Turns{
		commands:   queue.New(bounds.MaxCommands, 4*bounds.MaxCommands, bounds.MaxQueueTime, bounds.Limits, queued.WithLabelValues("commands")),
		queries:    queue.New(bounds.MaxQueries, bounds.MaxQueries/2, bounds.MaxQueueTime, bounds.Limits, queued.WithLabelValues("queries")),
		turnedAway: turnedAway, fail: fail,
	}
}

// Admit lets at most MaxCommands commands and MaxQueries queries run at the same time. Other
// requests wait for a slot. Admit runs after the token was checked and the body was received, and
// before the request is compared with the contract: an overloaded service must not spend its time
// on requests that it refuses. A request uses its slot only while it is executed. It uses no slot
// while its token is checked or its body arrives, nor while its answer is written, because the
// client may read slowly. If queries hang, for example because a replica hangs, commands still get
// slots.
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

// Again waits for a new slot for a request that has freed its slot to wait for something else, such
// as a position.
func (t *Turns) Again(ctx context.Context, known *request.Request, place *queue.Queue) error {
	return t.take(ctx, known, place, true)
}

// take waits for an execution slot. If the request gets no slot, take returns the reason: the
// service is overloaded, the client uses all slots that one client may use, or too many requests of
// the client wait.
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

// placed is a writer that frees the request's slot when the answer begins. An ordinary answer is
// complete in memory before it begins. A streaming answer uses no slot while it is sent.
type placed struct {
	http.ResponseWriter
	known *request.Request
}

func (p *placed) WriteHeader(status int) {
	if status >= 200 { // answers below 200 are informational, and the final answer follows
		p.known.Leave()
	}
	p.ResponseWriter.WriteHeader(status)
}

func (p *placed) Write(text []byte) (int, error) {
	p.known.Leave()
	return p.ResponseWriter.Write(text)
}

// Unwrap returns the underlying writer. http.ResponseController calls Unwrap.
func (p *placed) Unwrap() http.ResponseWriter { return p.ResponseWriter }
