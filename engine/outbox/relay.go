package outbox

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"

	"example.com/pgcqrs/engine/database"
)

// Message is a row of the outbox.
type Message struct {
	Position    int64 // of its event in the log
	EventID     uuid.UUID
	StreamID    uuid.UUID
	Type        string
	Data        []byte // JSON
	Traceparent *string
	OccurredAt  time.Time
	Dead        bool // its stream has a message that was set aside: it goes there, too
}

// Publish hands messages to the broker and answers for each, in the same order:
// nil once the broker has made it durable, a *Refused if sending the message again is
// no use, anything else if it may be. The messages are of different streams,
// so it may send them all before it waits. It returns when ctx ends, which is soon.
type Publish func(ctx context.Context, messages []Message) []error

// Config of a Relay. The zero value of a number stands for its default.
type Config struct {
	Publish    Publish         // required, to Run
	Durable    func() bool     // whether the broker is known to keep what it acknowledges, by its settings; nil: not looked at
	Wake       <-chan struct{} // hints that there may be messages; nil: poll only
	Poll       time.Duration   // looks for messages at least so often (default 1 s)
	MaxBatch   int             // messages read at once (default 500)
	MaxBackoff time.Duration   // longest pause before a message is sent again (default 30 s)
	ReadFor    time.Duration   // bounds a read of the outbox; one that takes longer is tried again in smaller steps (default 30 s)
	Attempts   int             // refusals after which a message is set aside (default 10)
	Logger     *slog.Logger    // required
	Registerer prometheus.Registerer
}

// Relay publishes the outbox. Of several in several processes one works.
type Relay struct {
	pool    *pgxpool.Pool
	config  Config
	metrics *metrics
	waits   waits // of Watch
}

// NewRelay makes a Relay.
func NewRelay(pool *pgxpool.Pool, config Config) *Relay {
	if config.Poll == 0 {
		config.Poll = time.Second
	}
	if config.MaxBatch == 0 {
		config.MaxBatch = 500
	}
	if config.MaxBackoff == 0 {
		config.MaxBackoff = 30 * time.Second
	}
	if config.ReadFor == 0 {
		config.ReadFor = readFor
	}
	if config.Attempts == 0 {
		config.Attempts = 10
	}
	return &Relay{pool: pool, config: config, metrics: newMetrics(config.Registerer)}
}

// Lock is held by the relay that works.
const Lock = "outbox relay"

// Run publishes until ctx ends. Whatever fails is tried again for ever, with backoff.
func (r *Relay) Run(ctx context.Context) error {
	backoff := minBackoff
	var from place
	for ctx.Err() == nil {
		w := &worker{Relay: r, place: from, held: make(held), refused: make(map[int64]string), dead: make(deadStreams)}
		err := database.Hold(ctx, r.pool, Lock, func(ctx context.Context, conn *pgx.Conn) error {
			w.conn = conn
			return w.run(ctx)
		})
		if ctx.Err() != nil {
			return nil
		}
		if from = w.place.again(); errors.Is(err, errWentBack) {
			from = place{}
		}
		if w.published {
			backoff = minBackoff
		}
		r.config.Logger.Warn("relay interrupted, the outbox keeps the messages", "error", err, "retry_in", backoff)
		select {
		case <-ctx.Done():
		case <-time.After(backoff):
		}
		backoff = min(2*backoff, r.config.MaxBackoff)
	}
	return nil
}
