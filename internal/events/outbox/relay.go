// Package outbox brings messages from the outbox to a broker: at least once, in
// order per stream, deleted when the broker has acknowledged them. It does not
// know the broker, which is one function, nor what the messages say.
package outbox

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"

	"example.com/pgcqrs/internal/database"
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
}

// Publish hands messages to the broker and answers for each, in the same order:
// nil once the broker has made it durable. The messages are of different streams,
// so it may send them all before it waits.
type Publish func(ctx context.Context, messages []Message) []error

// Config of a Relay. The zero value of a number stands for its default.
type Config struct {
	Publish    Publish         // required
	Wake       <-chan struct{} // hints that there may be messages; nil: poll only
	Poll       time.Duration   // looks for messages at least so often (default 1 s)
	MaxBatch   int             // messages read at once (default 500)
	MaxBackoff time.Duration   // longest pause after the broker failed (default 30 s)
	Logger     *slog.Logger    // required
	Registerer prometheus.Registerer
}

// Relay publishes the outbox. Of several in several processes one works.
type Relay struct {
	pool    *pgxpool.Pool
	config  Config
	metrics *metrics
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
	return &Relay{pool: pool, config: config, metrics: newMetrics(config.Registerer)}
}

// Run publishes until ctx ends. Whatever fails is tried again for ever, with backoff.
func (r *Relay) Run(ctx context.Context) error {
	const minBackoff = 100 * time.Millisecond
	backoff := minBackoff
	for ctx.Err() == nil {
		published := false
		err := database.Hold(ctx, r.pool, "outbox relay", func(ctx context.Context, conn *pgx.Conn) error {
			return r.work(ctx, conn, &published)
		})
		if ctx.Err() != nil {
			return nil
		}
		if published {
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

// work publishes until something fails. Without messages it looks for them again
// and again, which keeps its hold on the lock.
func (r *Relay) work(ctx context.Context, conn *pgx.Conn, published *bool) error {
	for ctx.Err() == nil {
		count, err := r.relay(ctx, conn)
		*published = *published || count > 0
		if err != nil {
			return err
		}
		if count == r.config.MaxBatch {
			continue
		}
		select {
		case <-ctx.Done():
		case <-r.config.Wake:
		case <-time.After(r.config.Poll):
		}
	}
	return ctx.Err()
}

// relay publishes one batch from the outbox's start and says how many messages it
// got rid of. Messages that the broker did not take stay.
func (r *Relay) relay(ctx context.Context, conn *pgx.Conn) (int, error) {
	batch, err := read(ctx, conn, r.config.MaxBatch)
	if err != nil || len(batch) == 0 {
		return 0, err
	}
	acked, publishErr := r.publish(ctx, batch)
	if err := remove(context.WithoutCancel(ctx), conn, acked); err != nil {
		return 0, err
	}
	r.metrics.published.Add(float64(len(acked)))
	return len(acked), publishErr
}

// publish sends a batch in waves: each holds the next message of every stream, and
// leaves when the wave before is acknowledged. So a message never overtakes
// another of its stream, not even when the other has to be sent again; a message
// that the broker refuses holds up its own stream and no other.
func (r *Relay) publish(ctx context.Context, batch []Message) (acked []int64, err error) {
	failed := make(map[uuid.UUID]bool)
	for wave, rest := nextWave(batch, failed); len(wave) > 0; wave, rest = nextWave(rest, failed) {
		before := len(acked)
		for i, publishErr := range r.config.Publish(ctx, wave) {
			if publishErr == nil {
				acked = append(acked, wave[i].Position)
				continue
			}
			failed[wave[i].StreamID] = true
			r.metrics.failures.Inc()
			err = fmt.Errorf("publish message %s: %w", wave[i].EventID, publishErr)
		}
		if len(acked) == before {
			return acked, err // nothing gets through: the broker is away
		}
	}
	return acked, err
}

// nextWave takes the first message of each stream that has not failed, in order.
func nextWave(batch []Message, failed map[uuid.UUID]bool) (wave, rest []Message) {
	taken := make(map[uuid.UUID]bool, len(batch))
	for _, message := range batch {
		switch {
		case failed[message.StreamID]:
		case taken[message.StreamID]:
			rest = append(rest, message)
		default:
			taken[message.StreamID] = true
			wave = append(wave, message)
		}
	}
	return wave, rest
}

func read(ctx context.Context, conn *pgx.Conn, limit int) ([]Message, error) {
	const sql = `
		SELECT position, event_id, stream_id, type, data, traceparent, occurred_at
		FROM outbox ORDER BY position LIMIT $1`
	rows, err := conn.Query(ctx, sql, limit)
	if err != nil {
		return nil, fmt.Errorf("read outbox: %w", err)
	}
	batch, err := pgx.CollectRows(rows, pgx.RowToStructByName[Message])
	if err != nil {
		return nil, fmt.Errorf("read outbox: %w", err)
	}
	return batch, nil
}

func remove(ctx context.Context, conn *pgx.Conn, positions []int64) error {
	const sql = `DELETE FROM outbox WHERE position = ANY ($1)`
	if len(positions) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	if _, err := conn.Exec(ctx, sql, positions); err != nil {
		return fmt.Errorf("delete acknowledged messages: %w", err)
	}
	return nil
}
