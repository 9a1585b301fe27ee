package rig

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"

	"example.com/pgcqrs/engine/command"
	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog"
	"example.com/pgcqrs/engine/pg"
	"example.com/pgcqrs/engine/position"
	"example.com/pgcqrs/engine/projection"
	"example.com/pgcqrs/engine/projection/health"
	"example.com/pgcqrs/engine/projection/park"
)

// Connect opens a new connection pool with the same settings as a process of a service.
func Connect(t testing.TB, url string) *pgxpool.Pool {
	t.Helper()
	pool, err := pg.Open(t.Context(), url, t.Name(), 12)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	return pool
}

// executor is a connection pool, a connection or a transaction.
type executor interface {
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
}

// Do runs an SQL statement. The test fails if the statement fails.
func Do(t testing.TB, on executor, sql string, args ...any) {
	t.Helper()
	if _, err := on.Exec(t.Context(), sql, args...); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

// One returns the only value that a query returns.
func One[T any](t testing.TB, pool *pgxpool.Pool, sql string, args ...any) T {
	t.Helper()
	var value T
	if err := pool.QueryRow(t.Context(), sql, args...).Scan(&value); err != nil {
		t.Fatal(err)
	}
	return value
}

// Store returns a log that uses the pool. Until the test ends, Store runs the log's committer,
// which sends appends to the database.
func Store(t testing.TB, pool *pgxpool.Pool, decode event.Decode) *eventlog.Store {
	t.Helper()
	store := eventlog.New(pool, eventlog.Config{Decode: decode})
	await.Background(t, store.Run)
	return store
}

// Handle runs commands on a stream, one after the other. It returns the position in the result of
// the last command.
func Handle[S, C any](t testing.TB, h *command.Handler[S, C], id uuid.UUID, commands ...C) (position int64) {
	t.Helper()
	for _, c := range commands {
		result, err := h.Handle(t.Context(), id, c, command.Request{})
		if err != nil {
			t.Fatal(err)
		}
		position = result.Position
	}
	return position
}

// Put inserts an event in an old form, which today's code can read but does not write any more.
func Put(t testing.TB, pool *pgxpool.Pool, streamType string, id uuid.UUID, position, version int64, eventType string, schemaVersion int, data string) {
	t.Helper()
	Do(t, pool, `
		INSERT INTO events (position, stream_type, stream_id, version, event_id, type, schema_version, data, metadata, occurred_at, recorded_at)
		VALUES ($1, $2, $3, $4, gen_random_uuid(), $5, $6, $7, '{}', now(), now())`,
		position, streamType, id, version, eventType, schemaVersion, data)
}

// Fill writes a log with several streams, and returns the number of events. Each stream begins with
// the event in the parameter first, and continues with copies of the event in the parameter then.
// In the log, each event is followed by an event of the next stream. The id of the n-th stream is
// the MD5 hash of the text n.
func Fill(t testing.TB, pool *pgxpool.Pool, streamType string, first, then event.Event, streams, eventsEach int) int64 {
	t.Helper()
	const sql = `
		INSERT INTO events (position, stream_type, stream_id, version, event_id, type, schema_version, data, metadata, occurred_at, recorded_at)
		SELECT (v - 1) * $1 + s, $3, md5(s::text)::uuid, v, gen_random_uuid(),
		       CASE v WHEN 1 THEN $4 ELSE $6 END, 1, CASE v WHEN 1 THEN $5::jsonb ELSE $7::jsonb END, '{}', now(), now()
		FROM generate_series(1, $1::bigint) s, generate_series(1, $2::bigint) v`
	Do(t, pool, sql, streams, eventsEach, streamType, first.EventType(), dataOf(t, first), then.EventType(), dataOf(t, then))
	return int64(streams * eventsEach)
}

func dataOf(t testing.TB, e event.Event) string {
	t.Helper()
	data, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// Projector returns a Projector that logs nothing and polls the log every 20 ms.
func Projector(pool *pgxpool.Pool, log projection.Log, config projection.Config) *projection.Projector {
	config.Poll = 20 * time.Millisecond
	config.Logger = slog.New(slog.DiscardHandler)
	return projection.NewProjector(pool, log, config)
}

// Health returns a Health object that watches the projections of a projector until the test ends.
func Health(t testing.TB, projector *projection.Projector, config health.Config) *health.Health {
	t.Helper()
	config.Poll = 20 * time.Millisecond
	keepsUp := health.New(projector.Set(), config)
	await.Background(t, keepsUp.Watch)
	return keepsUp
}

// WaitFor waits until a projection has reached a position of the log.
func WaitFor(t testing.TB, pool *pgxpool.Pool, name string, at int64) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), await.Within)
	defer cancel()
	if err := position.NewPoller(pool).Wait(ctx, name, at); err != nil {
		t.Fatalf("%s did not get to position %d: %v", name, at, err)
	}
}

// Parked returns the only stream that the projections have parked. The test fails if no stream or
// more than one stream is parked.
func Parked(t testing.TB, projector *projection.Projector) park.Stream {
	t.Helper()
	parked, err := park.List(t.Context(), projector.Set())
	if err != nil || len(parked) != 1 {
		t.Fatalf("parked: %+v, %v", parked, err)
	}
	return parked[0]
}

// KeepReading calls the function query repeatedly until ctx ends, and counts the calls. The
// function query reads rows of a read model, and returns the position of the log up to which these
// rows include all events. KeepReading returns an error if a call fails, or if a call returns a
// lower position than the call before.
func KeepReading(ctx context.Context, count *atomic.Int64, query func(context.Context) (position int64, err error)) error {
	for last := int64(0); ctx.Err() == nil; {
		at, err := query(ctx)
		switch {
		case ctx.Err() != nil:
		case err != nil:
			return err
		case at < last:
			return fmt.Errorf("read position %d after %d", at, last)
		}
		last = at
		count.Add(1)
	}
	return nil
}

// KeepHandling runs a command repeatedly until ctx ends, and counts the runs.
func KeepHandling[S, C any](ctx context.Context, count *atomic.Int64, h *command.Handler[S, C], id uuid.UUID, c C) error {
	for ctx.Err() == nil {
		if _, err := h.Handle(ctx, id, c, command.Request{}); err != nil && ctx.Err() == nil {
			return err
		}
		count.Add(1)
	}
	return nil
}

// Sum returns the sum over all label values of a gauge or a counter.
func Sum(t testing.TB, registry *prometheus.Registry, name string) (total float64) {
	t.Helper()
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, family := range families {
		for _, metric := range family.GetMetric() {
			if family.GetName() == name {
				total += metric.GetGauge().GetValue() + metric.GetCounter().GetValue()
			}
		}
	}
	return total
}
