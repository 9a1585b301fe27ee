package rig

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/internal/database"
	"example.com/pgcqrs/internal/events"
)

// CopyStream copies a stream of so many events behind the end of the log: it begins with one
// event and goes on with another. They are recorded a second after one another, from began on.
func CopyStream(t testing.TB, pool *pgxpool.Pool, streamType string, id uuid.UUID, first, then events.Event, count int, began time.Time) {
	t.Helper()
	head := One[int64](t, pool, `SELECT coalesce(max(position), 0) FROM events`)
	firstData, thenData := dataOf(t, first), dataOf(t, then)
	columns := []string{"position", "stream_type", "stream_id", "version", "event_id", "type", "schema_version", "data", "metadata", "occurred_at", "recorded_at"}
	copied, err := pool.CopyFrom(t.Context(), pgx.Identifier{"events"}, columns, pgx.CopyFromSlice(count, func(i int) ([]any, error) {
		eventType, data := then.EventType(), thenData
		if i == 0 {
			eventType, data = first.EventType(), firstData
		}
		at := began.Add(time.Duration(i) * time.Second)
		return []any{head + int64(i) + 1, streamType, id, int64(i) + 1, uuid.New(), eventType, int32(1), data, "{}", at, at}, nil
	}))
	if err != nil || copied != int64(count) {
		t.Fatal(copied, err)
	}
	Do(t, pool, `ANALYZE events`)
}

// LogReads counts the rows that statements read of the log.
type LogReads struct {
	mu    sync.Mutex
	total int64
	most  int64 // of one statement
}

// Count returns how many rows were read since it was called last, and how many by one statement.
func (r *LogReads) Count() (total, most int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	total, most = r.total, r.most
	r.total, r.most = 0, 0
	return total, most
}

type onTheLog struct{}

// TraceQueryStart marks the statements that read events.
func (r *LogReads) TraceQueryStart(ctx context.Context, _ *pgx.Conn, data pgx.TraceQueryStartData) context.Context {
	if strings.Contains(data.SQL, "FROM events") {
		return context.WithValue(ctx, onTheLog{}, true)
	}
	return ctx
}

// TraceQueryEnd counts.
func (r *LogReads) TraceQueryEnd(ctx context.Context, _ *pgx.Conn, data pgx.TraceQueryEndData) {
	if ctx.Value(onTheLog{}) == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.total += data.CommandTag.RowsAffected()
	r.most = max(r.most, data.CommandTag.RowsAffected())
}

// Traced opens a pool that tells a tracer what it sends.
func Traced(t testing.TB, url string, tracer pgx.QueryTracer) *pgxpool.Pool {
	t.Helper()
	config, err := database.Config(url, t.Name())
	if err != nil {
		t.Fatal(err)
	}
	config.ConnConfig.Tracer = tracer
	pool, err := pgxpool.NewWithConfig(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	return pool
}
