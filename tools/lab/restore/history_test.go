//go:build all && unix

package restore_test

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/outbox/natsbroker"
	"example.com/pgcqrs/internal/naming"
)

func connect(t *testing.T, url string) *pgxpool.Pool {
	t.Helper()
	pool, err := pgxpool.New(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	return pool
}

func one[T any](t *testing.T, pool *pgxpool.Pool, sql string, args ...any) T {
	t.Helper()
	var value T
	if err := pool.QueryRow(context.Background(), sql, args...).Scan(&value); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return value
}

// ids returns the event ids that a query selects.
func ids(t *testing.T, pool *pgxpool.Pool, sql string) map[string]bool {
	t.Helper()
	rows, err := pool.Query(context.Background(), sql)
	if err != nil {
		t.Fatal(err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowTo[uuid.UUID])
	if err != nil {
		t.Fatal(err)
	}
	set := make(map[string]bool)
	for _, id := range found {
		set[id.String()] = true
	}
	return set
}

// wire receives every message that the relay sends to the broker. If the relay repeats a message,
// the broker drops the repetition, but wire receives it.
type wire struct {
	connection *nats.Conn
	mu         sync.Mutex
	sent       []string // event ids of the messages
}

func listen(t *testing.T, broker string) *wire {
	t.Helper()
	connection, err := nats.Connect(broker)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(connection.Close)
	w := &wire{connection: connection}
	_, err = connection.Subscribe(naming.Service+".>", func(m *nats.Msg) {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.sent = append(w.sent, m.Header.Get(jetstream.MsgIDHeader))
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := connection.Flush(); err != nil {
		t.Fatal(err)
	}
	return w
}

// since returns the messages that were sent after the first n messages.
func (w *wire) since(n int) []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.sent[n:])
}

// kept returns, for each message, how often the broker has stored it.
func (w *wire) kept(t *testing.T) map[string]int {
	t.Helper()
	js, err := jetstream.New(w.connection)
	if err != nil {
		t.Fatal(err)
	}
	consumer, err := js.OrderedConsumer(t.Context(), natsbroker.StreamName(naming.Service), jetstream.OrderedConsumerConfig{})
	if err != nil {
		t.Fatal(err)
	}
	stream, err := js.Stream(t.Context(), natsbroker.StreamName(naming.Service))
	if err != nil {
		t.Fatal(err)
	}
	found := make(map[string]int)
	for range stream.CachedInfo().State.Msgs {
		message, err := consumer.Next()
		if err != nil {
			t.Fatal(err)
		}
		var event struct{ ID string }
		if err := json.Unmarshal(message.Data(), &event); err != nil {
			t.Fatal(err)
		}
		found[event.ID]++
	}
	return found
}

// settled waits until the projections have applied all events and the relay has published all
// messages.
func settled(t *testing.T, pool *pgxpool.Pool) {
	t.Helper()
	await.True(t, "projections and relay have caught up", func() bool {
		return one[bool](t, pool, `SELECT NOT EXISTS (SELECT FROM outbox) AND bool_and(position = (SELECT max(position) FROM events)) FROM checkpoints`)
	})
}

// checkLog checks the guarantees about positions and versions.
func checkLog(t *testing.T, pool *pgxpool.Pool) {
	t.Helper()
	if !one[bool](t, pool, `SELECT count(*) = max(position) AND min(position) = 1 FROM events`) {
		t.Error("positions have a hole")
	}
	if n := one[int](t, pool, `SELECT count(*) FROM (SELECT FROM events GROUP BY stream_id HAVING count(*) <> max(version)) s`); n > 0 {
		t.Errorf("%d streams have a hole in their versions", n)
	}
}

// checkFolds compares the read models with the log, row by row.
func checkFolds(t *testing.T, pool *pgxpool.Pool) {
	t.Helper()
	const balances = `
		SELECT count(*) FROM (SELECT account_id, balance, version FROM balances) b
		FULL JOIN (SELECT stream_id AS account_id, sum(coalesce((data->>'amount')::bigint, 0))::bigint AS balance, max(version) AS version
		           FROM events GROUP BY stream_id) e USING (account_id, balance, version)
		WHERE b IS NULL OR e IS NULL`
	const statements = `
		SELECT count(*) FROM (SELECT account_id, version, position, amount, balance FROM statement_lines) l
		FULL JOIN (SELECT stream_id AS account_id, version, position, (data->>'amount')::bigint AS amount,
		                  (sum((data->>'amount')::bigint) OVER (PARTITION BY stream_id ORDER BY version))::bigint AS balance
		           FROM events WHERE type = 'account.money_deposited') e USING (account_id, version, position, amount, balance)
		WHERE l IS NULL OR e IS NULL`
	for name, sql := range map[string]string{"balances": balances, "statements": statements} {
		if n := one[int](t, pool, sql); n > 0 {
			t.Errorf("%d rows of %s are not the fold of the log", n, name)
		}
	}
	if n := one[int](t, pool, `SELECT count(*) FROM balances`); n == 0 {
		t.Error("there is nothing in balances")
	}
}

// checkAcknowledged checks the acknowledged events up to the position upTo. In the log, each of
// these events must be at the position that the API's answer named.
func checkAcknowledged(t *testing.T, pool *pgxpool.Pool, acks []acknowledged, upTo int64) {
	t.Helper()
	rows, err := pool.Query(context.Background(), `SELECT position, stream_id, version FROM events`)
	if err != nil {
		t.Fatal(err)
	}
	type place struct {
		Stream  uuid.UUID
		Version int64
	}
	log := make(map[int64]place)
	var position int64
	var at place
	if _, err := pgx.ForEachRow(rows, []any{&position, &at.Stream, &at.Version}, func() error {
		log[position] = at
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	checked := 0
	for _, ack := range acks {
		position, err := strconv.ParseInt(ack.Position, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		if position > upTo {
			continue
		}
		checked++
		if log[position] != (place{ack.ID, ack.Version}) {
			t.Fatalf("stream %s version %d was acknowledged at position %d; there is %+v", ack.ID, ack.Version, position, log[position])
		}
	}
	if checked == 0 {
		t.Error("nothing was acknowledged up to the backup")
	}
}

// checkReconciled checks, by a command of cmd/ops, that every projection has received every event.
func checkReconciled(t *testing.T, database string) {
	t.Helper()
	said := run(t, []string{"DATABASE_URL=" + database}, own("ops"), "projections", "reconcile")
	projections := strings.Count(said, "\n") - 1 // one line for each, after the heading
	if strings.Count(said, "no difference") != projections || !strings.Contains(said, "balances") {
		t.Errorf("ops projections reconcile says\n%s", said)
	}
}
