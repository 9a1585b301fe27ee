package read

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog/confirm"
	"example.com/pgcqrs/engine/eventlog/fate"
)

// Querier runs queries. A pool, a connection and a transaction are Queriers.
type Querier interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
}

// Reader reads the log.
type Reader struct {
	pool       *pgxpool.Pool
	reads      *confirm.Reads
	seconds    *prometheus.HistogramVec
	readEvents *prometheus.CounterVec
	readBytes  *prometheus.CounterVec
}

// New returns a Reader that reads on connections of a pool. Before the Reader takes a connection,
// it calls reads.Aside, which always leaves one connection for appends.
func New(pool *pgxpool.Pool, reads *confirm.Reads, registerer prometheus.Registerer) *Reader {
	auto := promauto.With(registerer)
	return &Reader{
		pool:  pool,
		reads: reads,
		seconds: auto.NewHistogramVec(prometheus.HistogramOpts{
			Name: "eventstore_read_seconds", Help: "Time of a read, including decoding.", Buckets: prometheus.ExponentialBuckets(0.0001, 2, 16), // 0.1 ms … 3.3 s
		}, []string{"op"}),
		readEvents: auto.NewCounterVec(prometheus.CounterOpts{
			Name: "eventstore_read_events_total", Help: "Events read.",
		}, []string{"op"}),
		readBytes: auto.NewCounterVec(prometheus.CounterOpts{
			Name: "eventstore_read_bytes_total", Help: "Bytes of event data read.",
		}, []string{"op"}),
	}
}

// Count adds a read to the metrics. The parameter op names the purpose of the read.
func (r *Reader) Count(op string, count, bytes int, took time.Duration) {
	r.seconds.WithLabelValues(op).Observe(took.Seconds())
	r.readEvents.WithLabelValues(op).Add(float64(count))
	r.readBytes.WithLabelValues(op).Add(float64(bytes))
}

// eventColumns are the columns that scan reads.
const eventColumns = `position, stream_type, stream_id, version, event_id, type, schema_version, data, metadata, occurred_at, recorded_at`

// Each runs the query in the parameter sql, which must return all columns of the table events. For
// each row, Each calls the function in the parameter each, and it ends at the first error.
func (r *Reader) Each(ctx context.Context, on Querier, op string, each func(event.Recorded) error, sql string, args ...any) error {
	if on == Querier(r.pool) {
		leave, err := r.reads.Aside(ctx)
		if err != nil {
			return fmt.Errorf("%s events: %w", op, err)
		}
		defer leave()
	}
	started, count, bytes := time.Now(), 0, 0
	rows, err := on.Query(ctx, sql, args...)
	if err != nil {
		return fmt.Errorf("%s events: %w", op, fate.Unavailable(err))
	}
	defer rows.Close()
	for rows.Next() {
		e, err := scan(rows)
		if err != nil {
			return fmt.Errorf("%s events: %w", op, err)
		}
		count, bytes = count+1, bytes+len(e.Data)
		if err := each(e); err != nil {
			return err
		}
	}
	r.Count(op, count, bytes, time.Since(started))
	if err := rows.Err(); err != nil {
		return fmt.Errorf("%s events: %w", op, fate.Unavailable(err))
	}
	return nil
}

// scan reads an event from a row.
func scan(rows pgx.Rows) (event.Recorded, error) {
	var e event.Recorded
	var metadata []byte
	err := rows.Scan(&e.Position, &e.StreamType, (*[16]byte)(&e.StreamID), &e.Version, (*[16]byte)(&e.ID), &e.Type, &e.SchemaVersion,
		&e.Data, &metadata, &e.OccurredAt, &e.RecordedAt)
	if err != nil || metadata == nil {
		return e, err
	}
	e.Metadata = metadataOf(metadata)
	return e, nil
}
