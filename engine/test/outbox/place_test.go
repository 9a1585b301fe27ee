package outbox_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/rig"
	"example.com/pgcqrs/engine/enginetest/tank"
	"example.com/pgcqrs/engine/enginetest/testdb"
	"example.com/pgcqrs/engine/outbox"
	"example.com/pgcqrs/engine/outbox/dead"
	"example.com/pgcqrs/engine/outbox/relay"
)

// readRecorder records the last query with which a relay has read the outbox.
type readRecorder struct {
	mu    sync.Mutex
	sql   string
	args  []any
	reads int
}

func (r *readRecorder) note(sql string, args []any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if strings.Contains(sql, "FROM outbox o") && strings.Contains(sql, "MATERIALIZED") {
		r.sql, r.args, r.reads = sql, args, r.reads+1
	}
}

func (r *readRecorder) TraceQueryStart(ctx context.Context, _ *pgx.Conn, data pgx.TraceQueryStartData) context.Context {
	r.note(data.SQL, data.Args)
	return ctx
}

func (r *readRecorder) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

func (r *readRecorder) TraceBatchStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceBatchStartData) context.Context {
	return ctx
}

func (r *readRecorder) TraceBatchQuery(_ context.Context, _ *pgx.Conn, data pgx.TraceBatchQueryData) {
	r.note(data.SQL, data.Args)
}

func (r *readRecorder) TraceBatchEnd(context.Context, *pgx.Conn, pgx.TraceBatchEndData) {}

// blocks runs the last recorded query again, and returns the number of pages that it reads.
func (r *readRecorder) blocks(t *testing.T, pool *pgxpool.Pool) int {
	t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	rows, err := pool.Query(t.Context(), "EXPLAIN (ANALYZE, BUFFERS) "+r.sql, r.args...)
	if err != nil {
		t.Fatal(err)
	}
	lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	return rig.Blocks(strings.Join(lines, "\n"))
}

// openSnapshot opens a database snapshot until the test ends. A database dump opens such a
// snapshot, too.
func openSnapshot(t testing.TB, pool *pgxpool.Pool) {
	t.Helper()
	ctx := context.WithoutCancel(t.Context())
	conn, err := pool.Acquire(ctx)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_, _ = conn.Exec(ctx, `ROLLBACK`)
		conn.Release()
	})
	if _, err := conn.Exec(ctx, `BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM outbox`); err != nil {
		t.Fatal(err)
	}
}

// logEndsAt creates a log that contains only one event, at the given position.
func logEndsAt(t testing.TB, pool *pgxpool.Pool, position int) {
	t.Helper()
	rig.CopyEvents(t, pool, int64(position)-1, 1, poured)
}

// poured returns a Poured event on a new stream.
func poured(int) rig.Copied {
	return rig.Copied{StreamType: tank.Stream, Stream: uuid.New(), Version: 1, Type: tank.Poured{}.EventType(), Data: `{"amount": 1}`, At: time.Now()}
}

// sentBefore puts the database into the state after count messages were sent: they are deleted from
// the outbox, and the log ends at the position of the last message.
func sentBefore(t testing.TB, pool *pgxpool.Pool, count int) {
	t.Helper()
	logEndsAt(t, pool, count)
	for _, sql := range []string{
		`INSERT INTO outbox (position, event_id, stream_id, type, data, occurred_at)
		 SELECT n, '00000000-0000-0000-0000-000000000001', '00000000-0000-0000-0000-000000000002', 'x', '{}', now() FROM generate_series(1, ` + strconv.Itoa(count) + `) n`,
		`DELETE FROM outbox`,
	} {
		if _, err := pool.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
}

// wakeable starts a relay. The relay reads the outbox at its start, and then when the test calls
// wake. Without wake, it reads again after at most 2.5 seconds.
func wakeable(t *testing.T, pool *pgxpool.Pool, publish outbox.Publish) (wake func()) {
	t.Helper()
	hints := make(chan struct{}, 1)
	await.Background(t, relay.New(pool, relay.Config{
		Publish: publish, Wake: hints, Poll: time.Hour, MaxBackoff: 50 * time.Millisecond, Attempts: 1, Logger: slog.New(slog.DiscardHandler),
	}).Run)
	return func() {
		select {
		case hints <- struct{}{}:
		default:
		}
	}
}

// While a database snapshot is open, the index of the outbox keeps an entry for every message that
// was sent and deleted. The next read of the outbox does not read these entries.
func TestReadsStayFlatBehindMessagesThatWereSent(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	pool := connect(t, url)
	openSnapshot(t, pool)
	const sent, mostBlocks = 200_000, 100
	sentBefore(t, pool, sent)
	reads := &readRecorder{}
	broker := &fakeBroker{fail: func(int, outbox.Message) error { return nil }}
	wake := wakeable(t, rig.Traced(t, url, reads), broker.publish)
	store := newStore(t, pool)
	for range 3 { // the first read begins at the start of the outbox
		position := appendTo(t, store, uuid.New())
		wake()
		await.True(t, "the message is out", func() bool { return broker.has(position) && outboxDepth(t, pool) == 0 })
	}
	if blocks := reads.blocks(t, pool); blocks > mostBlocks {
		t.Errorf("a read touches %d blocks", blocks)
	}
}

// A redrive returns dead messages to the outbox. The positions of these messages are lower than the
// position up to which the relay has read. The relay sends them before newer messages of the
// stream. The relay does so even if it does not read the outbox between the redrive and the append
// of a newer message.
func TestRedrivenMessagesAreNotOvertaken(t *testing.T) {
	t.Parallel()
	pool := connect(t, testdb.New(t))
	store := newStore(t, pool)
	ids := appendMany(t, store, 2, 3)
	broker, lifted := refusing(ids[0])
	wake := wakeable(t, pool, broker.publish)
	await.True(t, "the stream is set aside", func() bool { wake(); return outboxDepth(t, pool) == 0 })
	last := appendTo(t, store, ids[1])
	await.True(t, "the relay is beyond it", func() bool { wake(); return broker.has(last) })
	lifted.Store(true)
	if n, err := dead.New(pool).Redrive(t.Context(), ids[0]); n != 3 || err != nil {
		t.Fatalf("%d redriven, %v", n, err)
	}
	appendTo(t, store, ids[0])
	await.True(t, "the outbox is empty", func() bool { wake(); return outboxDepth(t, pool) == 0 })
	broker.checkOrder(t, ids[:1], 4)
}

// The broker refuses a message of one stream, and the relay continues with other streams at later
// positions. When the broker accepts the message again, the relay sends the remaining messages of
// the first stream in order.
func TestHeldStreamGoesOnWhereItWas(t *testing.T) {
	t.Parallel()
	pool := connect(t, testdb.New(t))
	store := newStore(t, pool)
	ids := appendMany(t, store, 2, 30)
	var lifted atomic.Bool
	broker := &fakeBroker{fail: func(_ int, m outbox.Message) error {
		if m.StreamID == ids[0] && !lifted.Load() {
			return errors.New("not now")
		}
		return nil
	}}
	wake := wakeable(t, pool, broker.publish)
	await.True(t, "the other stream is out", func() bool { wake(); return outboxDepth(t, pool) == 30 })
	lifted.Store(true)
	await.True(t, "the outbox is empty", func() bool { return outboxDepth(t, pool) == 0 })
	broker.checkOrder(t, ids, 30)
}

// The later messages of a stream wait for a refused message. If somebody deletes the refused
// message from the outbox, the relay sends the later messages.
func TestHeldMessageIsDeleted(t *testing.T) {
	t.Parallel()
	pool := connect(t, testdb.New(t))
	ids := appendMany(t, newStore(t, pool), 1, 3)
	broker := &fakeBroker{fail: func(_ int, m outbox.Message) error {
		if m.Position == 1 {
			return errors.New("not now")
		}
		return nil
	}}
	wakeable(t, pool, broker.publish)
	await.True(t, "it was tried", func() bool { broker.mu.Lock(); defer broker.mu.Unlock(); return broker.count > 0 })
	if _, err := pool.Exec(t.Context(), `DELETE FROM outbox WHERE position = 1`); err != nil {
		t.Fatal(err)
	}
	await.True(t, "the outbox is empty", func() bool { return outboxDepth(t, pool) == 0 })
	broker.checkOrder(t, ids, 2)
}

// The relay reads large messages in several queries. So the number of bytes in its memory is
// limited, even if there are many messages.
func TestLargeMessagesAreReadInParts(t *testing.T) {
	t.Parallel()
	const count, size, most = 60, 384 << 10, 9 << 20
	for name, value := range map[string]string{
		"what does not shrink": `(SELECT string_agg(md5(random()::text || n || m), '') FROM generate_series(1, ` + strconv.Itoa(size/32) + `) m)`,
		"what does":            `repeat('x', ` + strconv.Itoa(size) + `)`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pool := connect(t, testdb.New(t))
			rig.CopyEvents(t, pool, rig.Head(t, pool), count, poured)
			const sql = `
				INSERT INTO outbox (position, event_id, stream_id, type, data, occurred_at)
				SELECT position, event_id, stream_id, 'x', jsonb_build_object('note', %s), now() FROM (SELECT position, event_id, stream_id, position AS n FROM events ORDER BY position DESC LIMIT %d) e`
			rig.Do(t, pool, fmt.Sprintf(sql, value, count))
			var sent, largest atomic.Int64
			ctx, stop := context.WithCancel(t.Context())
			ended := make(chan error, 1)
			go func() {
				ended <- relay.New(pool, relay.Config{Poll: time.Minute, Logger: slog.New(slog.DiscardHandler),
					Publish: func(_ context.Context, messages []outbox.Message) []error {
						bytes := 0
						for _, m := range messages {
							bytes += len(m.Data)
						}
						sent.Add(int64(len(messages)))
						largest.Store(max(largest.Load(), int64(bytes)))
						return make([]error, len(messages))
					}}).Run(ctx)
			}()
			await.True(t, "the outbox is empty", func() bool { return outboxDepth(t, pool) == 0 })
			stop()
			if err := <-ended; err != nil || largest.Load() > most || sent.Load() != count {
				t.Errorf("%d messages, up to %d bytes at once, %v", sent.Load(), largest.Load(), err)
			}
		})
	}
}

// slowIndex delays each read of the outbox by a fixed time per position that the query covers. It
// simulates a slow disk, on which it takes long to read the index entries of deleted messages.
type slowIndex struct {
	entry time.Duration
	end   int64
}

func (s slowIndex) TraceBatchStart(ctx context.Context, _ *pgx.Conn, data pgx.TraceBatchStartData) context.Context {
	for _, query := range data.Batch.QueuedQueries {
		if !strings.Contains(query.SQL, "FROM outbox o") {
			continue
		}
		after, _ := query.Arguments[len(query.Arguments)-2].(int64)
		step, _ := query.Arguments[len(query.Arguments)-1].(int64)
		select {
		case <-ctx.Done():
		case <-time.After(time.Duration(max(min(after+step, s.end)-after, 0)) * s.entry):
		}
	}
	return ctx
}

func (slowIndex) TraceBatchQuery(context.Context, *pgx.Conn, pgx.TraceBatchQueryData) {}

func (slowIndex) TraceBatchEnd(context.Context, *pgx.Conn, pgx.TraceBatchEndData) {}

func (slowIndex) TraceQueryStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryStartData) context.Context {
	return ctx
}

func (slowIndex) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

// One query over the whole outbox would take longer than the time limit of a query. The relay still
// starts, because it reads the outbox in several smaller queries.
func TestALookThatTakesLongerThanARead(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	pool := connect(t, url)
	const sent = 300_000
	logEndsAt(t, pool, sent)
	position := appendTo(t, newStore(t, pool), uuid.New())
	broker := &fakeBroker{fail: func(int, outbox.Message) error { return nil }}
	await.Background(t, relay.New(rig.Traced(t, url, slowIndex{12 * time.Microsecond, sent}), relay.Config{ // to read the whole outbox takes 3.6 s
		Publish: broker.publish, Poll: 10 * time.Millisecond, MaxBackoff: 10 * time.Millisecond, ReadFor: 3 * time.Second, Logger: slog.New(slog.DiscardHandler),
	}).Run)
	await.True(t, "the message is out", func() bool { return broker.has(position) && outboxDepth(t, pool) == 0 })
}

// slowAside delays each statement that moves messages to the table dead_messages. The delay is a
// fixed time for each position that the statement covers.
type slowAside struct{ entry time.Duration }

func (s slowAside) TraceQueryStart(ctx context.Context, _ *pgx.Conn, data pgx.TraceQueryStartData) context.Context {
	if strings.Contains(data.SQL, "DELETE FROM outbox WHERE position IN") {
		entries, _ := data.Args[len(data.Args)-1].(int64)
		select {
		case <-ctx.Done():
		case <-time.After(time.Duration(entries) * s.entry):
		}
	}
	return ctx
}

func (slowAside) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

// A message is dead, and the relay moves the later messages of the same stream to the table
// dead_messages. The relay does this in steps: each transaction moves the messages of one range of
// positions. If a step exceeds the time limit, the relay tries a smaller step.
func TestSettingAsideThatTakesLongerThanARead(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	pool := connect(t, url)
	ids := appendMany(t, newStore(t, pool), 1, 5)
	broker, _ := refusing(ids[0])
	await.Background(t, relay.New(rig.Traced(t, url, slowAside{120 * time.Microsecond}), relay.Config{ // a step of the usual size would take two minutes
		Publish: broker.publish, Poll: 10 * time.Millisecond, MaxBackoff: 10 * time.Millisecond, Attempts: 1, ReadFor: 2 * time.Second, Logger: slog.New(slog.DiscardHandler),
	}).Run)
	await.True(t, "the stream is set aside", func() bool { return outboxDepth(t, pool) == 0 })
}

// slowCommit delays the COMMIT of some transactions that move messages to the table dead_messages,
// until the time limit has passed. A synchronous standby that is down delays a COMMIT in the same
// way. slowCommit also records the size of the smallest step. A step is the work of one such
// transaction.
type slowCommit struct {
	away  atomic.Int64 // how many more COMMITs are delayed
	least atomic.Int64
	set   atomic.Bool // the transaction moves messages to the table dead_messages
}

func (s *slowCommit) TraceQueryStart(ctx context.Context, _ *pgx.Conn, data pgx.TraceQueryStartData) context.Context {
	switch {
	case strings.Contains(data.SQL, "DELETE FROM outbox WHERE position IN"):
		step, _ := data.Args[len(data.Args)-1].(int64)
		s.least.Store(min(s.least.Load(), step))
		s.set.Store(true)
	case data.SQL == "commit" && s.set.Swap(false) && s.away.Add(-1) >= 0:
		<-ctx.Done()
	}
	return ctx
}

func (*slowCommit) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

// The relay moves messages to the table dead_messages in steps: one transaction moves the messages
// of one range of positions. If a statement takes too long, the relay makes the steps smaller. If
// only the COMMIT takes too long, the size of the steps stays the same, because smaller steps would
// not help.
func TestCommitThatWaitsLeavesTheSteps(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	pool := connect(t, url)
	ids := appendMany(t, newStore(t, pool), 1, 5)
	broker, _ := refusing(ids[0])
	commits := &slowCommit{}
	commits.away.Store(2)
	commits.least.Store(1 << 20)
	await.Background(t, relay.New(rig.Traced(t, url, commits), relay.Config{
		Publish: broker.publish, Poll: 10 * time.Millisecond, MaxBackoff: 10 * time.Millisecond, Attempts: 1, ReadFor: 2 * time.Second, Logger: slog.New(slog.DiscardHandler),
	}).Run)
	await.True(t, "the stream is set aside", func() bool { return outboxDepth(t, pool) == 0 && commits.away.Load() < 0 })
	if least := commits.least.Load(); least < 1<<20 {
		t.Errorf("a step of %d, though it was the COMMIT that took long", least)
	}
}

// While a relay runs, the log and the outbox are restored to an earlier state, and then the log
// grows again. New messages have positions that the relay has already read. The relay sends these
// messages immediately. It does not wait until it reads the whole outbox the next time.
func TestRestoreUnderARelay(t *testing.T) {
	t.Parallel()
	for name, middle := range map[string]bool{"between its reads": false, "in the middle of one": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pool := connect(t, testdb.New(t))
			store := newStore(t, pool)
			ids := appendMany(t, store, 1, 20)
			broker := &fakeBroker{fail: func(int, outbox.Message) error { return nil }}
			wake := wakeable(t, pool, broker.publish)
			last := appendTo(t, store, ids[0])
			await.True(t, "the relay has read all", func() bool { wake(); return broker.has(last) && outboxDepth(t, pool) == 0 })
			tx, err := pool.Begin(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = tx.Rollback(context.WithoutCancel(t.Context())) }()
			if middle { // the relay has read the end of the log, and waits for messages
				rig.Do(t, tx, `LOCK TABLE outbox`)
				const waits = `SELECT count(*) FROM pg_locks WHERE relation = 'outbox'::regclass AND NOT granted`
				await.True(t, "the relay waits", func() bool { wake(); return rig.One[int](t, pool, waits) > 0 })
			}
			rig.Do(t, tx, `ALTER TABLE events DISABLE TRIGGER USER; DELETE FROM events WHERE position > 10;
				INSERT INTO outbox (position, event_id, stream_id, type, data, occurred_at) SELECT position, event_id, stream_id, 'waited at the backup', '{}', now() FROM events WHERE position > 8;
				INSERT INTO events (position, stream_type, stream_id, version, event_id, type, schema_version, data, metadata, occurred_at, recorded_at)
				SELECT 10 + n, 'tank', '00000000-0000-0000-0000-000000000003', n, gen_random_uuid(), 'tank.poured', 1, '{"amount": 1}', '{}', now(), now() FROM generate_series(1, 30) n;
				INSERT INTO outbox (position, event_id, stream_id, type, data, occurred_at) SELECT position, event_id, stream_id, 'new', '{}', now() FROM events WHERE position > 10`)
			if err := tx.Commit(t.Context()); err != nil {
				t.Fatal(err)
			}
			await.True(t, "the outbox is empty", func() bool { wake(); return outboxDepth(t, pool) == 0 })
		})
	}
}
