package rig

import (
	"context"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/pg/dsn"
)

// Million returns the number of rows for a test with a long table: a million, or 100,000 with the
// flag -short. Even 100,000 is much more than every limit in the code.
func Million() int {
	if testing.Short() {
		return 100_000
	}
	return 1_000_000
}

// Copied is an event that CopyEvents inserts directly into the table events. Only tests may do
// this.
type Copied struct {
	StreamType string
	Stream     uuid.UUID
	Version    int64
	Type       string
	Data       string // JSON
	At         time.Time
}

// Head returns the last position of the log.
func Head(t testing.TB, pool *pgxpool.Pool) int64 {
	t.Helper()
	return One[int64](t, pool, `SELECT coalesce(max(position), 0) FROM events`)
}

// CopyEvents inserts count events into the log after the given position. It calls happened(i) to
// get the i-th event; i begins with 0.
func CopyEvents(t testing.TB, pool *pgxpool.Pool, after int64, count int, happened func(i int) Copied) {
	t.Helper()
	columns := []string{"position", "stream_type", "stream_id", "version", "event_id", "type", "schema_version", "data", "metadata", "occurred_at", "recorded_at"}
	copied, err := pool.CopyFrom(t.Context(), pgx.Identifier{"events"}, columns, pgx.CopyFromSlice(count, func(i int) ([]any, error) {
		e := happened(i)
		return []any{after + int64(i) + 1, e.StreamType, e.Stream, e.Version, uuid.New(), e.Type, int32(1), e.Data, "{}", e.At, e.At}, nil
	}))
	if err != nil || copied != int64(count) {
		t.Fatal(copied, err)
	}
}

// CopyStream appends a stream of count events to the log: first a copy of the event in the
// parameter first, and after it copies of the event in the parameter then. The first event is
// recorded at the time began, and each later event one second after the previous one.
func CopyStream(t testing.TB, pool *pgxpool.Pool, streamType string, id uuid.UUID, first, then event.Event, count int, began time.Time) {
	t.Helper()
	e := Copied{StreamType: streamType, Stream: id, Type: then.EventType(), Data: dataOf(t, then)}
	firstData := dataOf(t, first)
	CopyEvents(t, pool, Head(t, pool), count, func(i int) Copied {
		e := e
		if i == 0 {
			e.Type, e.Data = first.EventType(), firstData
		}
		e.Version, e.At = int64(i)+1, began.Add(time.Duration(i)*time.Second)
		return e
	})
	Do(t, pool, `ANALYZE events`)
}

// Blocks returns the number of pages that a statement has accessed, according to the output of
// EXPLAIN (ANALYZE, BUFFERS). The first line that mentions buffers contains the total.
func Blocks(plan string) int {
	total := 0
	for _, count := range touched.FindStringSubmatch(plan)[1:] {
		n, _ := strconv.Atoi(count) // an empty text counts as 0
		total += n
	}
	return total
}

var touched = regexp.MustCompile(`(?m)^.*Buffers: shared(?: hit=(\d+))?(?: read=(\d+))?`)

// LogReads counts the rows of the table events that statements return.
type LogReads struct {
	mu    sync.Mutex
	total int64
	most  int64 // highest number of rows of one statement
}

// Count returns the number of rows that statements have returned since the last call of Count. It
// also returns the highest number of rows of a single statement.
func (r *LogReads) Count() (total, most int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	total, most = r.total, r.most
	r.total, r.most = 0, 0
	return total, most
}

type onTheLog struct{}

// TraceQueryStart marks the statements that read the table events.
func (r *LogReads) TraceQueryStart(ctx context.Context, _ *pgx.Conn, data pgx.TraceQueryStartData) context.Context {
	if strings.Contains(data.SQL, "FROM events") {
		return context.WithValue(ctx, onTheLog{}, true)
	}
	return ctx
}

// TraceQueryEnd counts the rows that a marked statement has returned.
func (r *LogReads) TraceQueryEnd(ctx context.Context, _ *pgx.Conn, data pgx.TraceQueryEndData) {
	if ctx.Value(onTheLog{}) == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.total += data.CommandTag.RowsAffected()
	r.most = max(r.most, data.CommandTag.RowsAffected())
}

// Traced opens a connection pool that reports its statements to a tracer.
func Traced(t testing.TB, url string, tracer pgx.QueryTracer) *pgxpool.Pool {
	t.Helper()
	config, err := dsn.Config(url, t.Name())
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
