package snapshots

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"

	"example.com/pgcqrs/engine/database"
	"example.com/pgcqrs/engine/event"
)

// Aggregate makes states of one kind of stream; command.Fold is one.
type Aggregate interface {
	StreamType() string
	Shape() []byte // nil: none is kept
	Begin(from []byte) (add func(event.Recorded), encode func() ([]byte, error), err error)
}

// Log is the events as a Keeper reads them; eventstore.Store is one.
type Log interface {
	LoadTo(ctx context.Context, streamType string, id uuid.UUID, after, upTo int64, each func(event.Recorded) error) error
}

// Least is the fewest events after which a snapshot may be taken again.
const Least = 1000

// Times and bounds of a Keeper.
const (
	window   = 10_000          // positions that are looked through at a time
	step     = 10_000          // events that are folded at a time, in about stepFor
	stepFor  = 2 * time.Second // below database.StallAfter: the lock's connection is silent meanwhile
	interval = time.Second
	roundFor = 30 * time.Second // bounds a step: a connection may have died unheard

	mostUnfit = 10_000 // streams of which it is remembered that none could be taken
)

// Lock is held by the keeper that works.
const Lock = "snapshots"

// Keeper takes snapshots. Of several in several processes one works.
type Keeper struct {
	reader
	pool       *pgxpool.Pool
	log        Log
	every      int64
	aggregates map[string]Aggregate
	madeBy     []byte
	unfit      map[uuid.UUID]int64 // streams of which none could be taken, and of which version
	held       prometheus.Gauge
	position   prometheus.Gauge
	last       prometheus.Gauge
	taken      prometheus.Counter
	failed     prometheus.Counter
}

// NewKeeper makes a Keeper that takes a snapshot of a stream each time that it has so many more
// events, at least Least, and writes it under a key, without which it takes none.
func NewKeeper(pool *pgxpool.Pool, log Log, every int, key Key, logger *slog.Logger, registerer prometheus.Registerer, aggregates ...Aggregate) *Keeper {
	metrics := promauto.With(registerer)
	k := &Keeper{
		reader: newReader(key, logger, registerer), pool: pool, log: log, every: int64(max(every, Least)), aggregates: make(map[string]Aggregate), unfit: make(map[uuid.UUID]int64),
		held:     metrics.NewGauge(prometheus.GaugeOpts{Name: "snapshots_held", Help: "1 while this process takes snapshots."}),
		position: metrics.NewGauge(prometheus.GaugeOpts{Name: "snapshots_position", Help: "Position up to which this process has looked for long streams."}),
		last:     metrics.NewGauge(prometheus.GaugeOpts{Name: "snapshots_last_round_timestamp_seconds", Help: "When this process last looked for long streams and had no error."}),
		taken:    metrics.NewCounter(prometheus.CounterOpts{Name: "snapshots_taken_total", Help: "Snapshots that were taken."}),
		failed:   metrics.NewCounter(prometheus.CounterOpts{Name: "snapshots_failed_total", Help: "Streams of which no snapshot could be taken: they are read from an older one on, or from their beginning."}),
	}
	var shapes [][]byte
	for _, aggregate := range aggregates {
		if aggregate.Shape() == nil {
			logger.Warn("no snapshots are taken: the state has fields that are not exported, or that could be anything", "stream_type", aggregate.StreamType())
			continue
		}
		k.aggregates[aggregate.StreamType()] = aggregate
		shapes = append(shapes, aggregate.Shape())
	}
	k.madeBy = key.madeBy(shapes)
	return k
}

// errNoKey says that a Keeper has nothing to write snapshots under.
var errNoKey = errors.New("snapshots have no key")

// Run takes snapshots until ctx ends. Whatever fails is tried again. Without a key it fails at once.
func (k *Keeper) Run(ctx context.Context) error {
	if len(k.key) < leastKey {
		return errNoKey
	}
	failed := func(err error, retryIn time.Duration) {
		k.logger.WarnContext(ctx, "snapshots interrupted", "error", err, "retry_in", retryIn)
	}
	database.HoldAgain(ctx, k.pool, Lock, failed, func(ctx context.Context, conn *pgx.Conn) error {
		k.held.Set(1)
		defer k.held.Set(0)
		return k.follow(ctx, conn)
	})
	return nil
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

func (k *Keeper) follow(ctx context.Context, conn *pgx.Conn) error {
	for ctx.Err() == nil {
		more, err := k.round(ctx, conn)
		if err != nil {
			return err
		}
		k.last.SetToCurrentTime()
		if !more {
			pause(ctx, interval)
		}
	}
	return ctx.Err()
}

// stream is one that has got long, or longer.
type stream struct {
	Type    string
	ID      uuid.UUID
	Version int64
}

// round looks through the next positions, and reports whether there may be more.
func (k *Keeper) round(ctx context.Context, conn *pgx.Conn) (more bool, err error) {
	const grown = `
		SELECT stream_type, stream_id, max(version) FROM events
		WHERE position > $1 AND position <= $2 AND version % $3 = 0 GROUP BY stream_type, stream_id`
	const move = `UPDATE snapshot_cursor SET position = $1, event_id = (SELECT event_id FROM events WHERE position = $1)`
	from, head, err := k.cursor(ctx, conn)
	to := min(head, from+window)
	if err != nil || to <= from {
		return false, err
	}
	reading, cancel := context.WithTimeout(ctx, roundFor)
	defer cancel()
	rows, err := conn.Query(reading, grown, from, to, k.every)
	if err != nil {
		return false, fmt.Errorf("look for long streams: %w", err)
	}
	streams, err := pgx.CollectRows(rows, pgx.RowToStructByPos[stream])
	if err != nil {
		return false, fmt.Errorf("look for long streams: %w", err)
	}
	for _, s := range streams {
		aggregate, ok := k.aggregates[s.Type]
		if !ok {
			continue
		}
		if err := k.take(ctx, conn, aggregate, s); err != nil {
			return false, err
		}
	}
	moving, cancelMoving := context.WithTimeout(ctx, roundFor)
	defer cancelMoving()
	if _, err := conn.Exec(moving, move, to); err != nil {
		return false, fmt.Errorf("move cursor of snapshots: %w", err)
	}
	k.position.Set(float64(to))
	return to < head, nil
}

// cursor returns up to where the log was looked through, and where it ends. A log that went back
// is looked through again, and so is one whose snapshots were made by other shapes or another key:
// which is written down first, because those who made the others may come back half way.
func (k *Keeper) cursor(ctx context.Context, conn *pgx.Conn) (from, head int64, err error) {
	const sql = `
		SELECT c.position, (SELECT coalesce(max(position), 0) FROM events),
		       c.made_by IS NOT DISTINCT FROM $1 AND (c.position = 0 OR EXISTS (SELECT FROM events e WHERE e.position = c.position AND e.event_id = c.event_id))
		FROM snapshot_cursor c`
	const again = `UPDATE snapshot_cursor SET position = 0, event_id = NULL, made_by = $1`
	ctx, cancel := context.WithTimeout(ctx, roundFor)
	defer cancel()
	holds := false
	if err := conn.QueryRow(ctx, sql, k.madeBy).Scan(&from, &head, &holds); err != nil {
		return 0, 0, fmt.Errorf("read cursor of snapshots: %w", err)
	}
	if holds {
		return from, head, nil
	}
	clear(k.unfit)
	if _, err := conn.Exec(ctx, again, k.madeBy); err != nil {
		return 0, 0, fmt.Errorf("reset cursor of snapshots: %w", err)
	}
	return 0, head, nil
}
