package outbox_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"example.com/pgcqrs/engine/pg/role"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/testdb"
	"example.com/pgcqrs/engine/outbox"
	"example.com/pgcqrs/engine/outbox/dead"
	"example.com/pgcqrs/engine/outbox/relay"
)

// relayOf starts a relay. After the broker has refused a message three times, the relay moves it to
// the table dead_messages.
func relayOf(t *testing.T, pool *pgxpool.Pool, publish outbox.Publish) (stop func() error) {
	t.Helper()
	return await.Background(t, relay.New(pool, relay.Config{
		Publish: publish, Poll: 10 * time.Millisecond, MaxBatch: 20, MaxBackoff: 20 * time.Millisecond, Attempts: 3,
		Logger: slog.New(slog.DiscardHandler),
	}).Run)
}

func deadOf(t *testing.T, pool *pgxpool.Pool) []dead.Stream {
	t.Helper()
	dead, err := dead.New(pool).List(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return dead
}

// refusing returns a broker that refuses the first message of a stream until the test sets the
// returned flag.
func refusing(stream uuid.UUID) (*fakeBroker, *atomic.Bool) {
	var lifted atomic.Bool
	var first atomic.Int64
	return &fakeBroker{fail: func(_ int, m outbox.Message) error {
		if m.StreamID != stream || lifted.Load() {
			return nil
		}
		first.CompareAndSwap(0, m.Position)
		if m.Position != first.Load() {
			return nil // the broker would accept the later messages of the stream
		}
		return &outbox.Refused{Reason: errors.New("too large")}
	}}, &lifted
}

// The broker refuses a message again and again. After the configured number of attempts, the relay
// moves this message and all later messages of its stream to the table dead_messages. Meanwhile it
// sends the messages of other streams. An operator can redrive a stream: all its dead messages
// return to the outbox. The relay then sends them in order, before newer messages of the stream.
func TestRefusedMessageIsSetAsideAndRedriven(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	store := newStore(t, connect(t, url))
	pool := connect(t, testdb.As(t, url, role.Projector)) // the operator has the login of the relay
	ids := appendMany(t, store, 3, 45)                    // more than one batch for each stream
	broker, lifted := refusing(ids[0])
	relayOf(t, pool, broker.publish)
	await.True(t, "the outbox is empty", func() bool { return outboxDepth(t, pool) == 0 })
	broker.checkOrder(t, ids[1:], 45)
	found := deadOf(t, pool)
	if len(found) != 1 || found[0].StreamID != ids[0] || found[0].Attempts != 3 || found[0].Behind != 44 || found[0].Error != "too large" || found[0].Position != 1 {
		t.Fatalf("dead: %+v", found)
	}
	late := appendTo(t, store, ids[0])
	await.True(t, "what comes later is set aside, too", func() bool { return deadOf(t, pool)[0].Behind == 45 })
	if broker.has(late) {
		t.Error("a later message has overtaken the refused one")
	}
	lifted.Store(true)
	if n, err := dead.New(pool).Redrive(t.Context(), ids[0]); n != 46 || err != nil {
		t.Fatalf("%d redriven, %v", n, err)
	}
	await.True(t, "the outbox is empty again", func() bool { return outboxDepth(t, pool) == 0 })
	broker.checkOrder(t, ids[:1], 46)
	if dead := deadOf(t, pool); len(dead) != 0 {
		t.Errorf("still dead: %+v", dead)
	}
}

// A redrive returns all dead messages of a stream to the outbox. The redrive commits right before
// the relay moves another message of that stream to the table dead_messages. Afterwards the table
// must be empty, because the relay would not send a message that is left in it.
func TestRedriveMeetsTheRelay(t *testing.T) {
	t.Parallel()
	pool := connect(t, testdb.New(t))
	store := newStore(t, pool)
	ids := appendMany(t, store, 2, 3)
	broker, lifted := refusing(ids[0])
	relayOf(t, pool, broker.publish)
	await.True(t, "all are set aside", func() bool { return outboxDepth(t, pool) == 0 })
	lifted.Store(true)
	err := pgx.BeginFunc(t.Context(), pool, func(tx pgx.Tx) error {
		const redrive = `
			WITH back AS (DELETE FROM dead_messages RETURNING position, event_id, stream_id, type, data, traceparent, occurred_at)
			INSERT INTO outbox (position, event_id, stream_id, type, data, traceparent, occurred_at)
			SELECT position, event_id, stream_id, type, data, traceparent, occurred_at FROM back`
		if _, err := tx.Exec(t.Context(), `SELECT pg_advisory_xact_lock(hashtextextended('dead messages', 0))`); err != nil {
			return err
		}
		if _, err := tx.Exec(t.Context(), redrive); err != nil {
			return err
		}
		appendTo(t, store, ids[0]) // the relay still treats the stream as dead
		for range 2 {
			after := appendTo(t, store, ids[1])
			await.True(t, "the relay has been past it", func() bool { return broker.has(after) })
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	await.True(t, "nothing waits", func() bool { return outboxDepth(t, pool) == 0 && len(deadOf(t, pool)) == 0 })
	broker.checkOrder(t, ids[:1], 4)
}

// A redrive returns the dead messages of a stream to the outbox. Before the redrive commits, the
// relay has begun to read the outbox without the messages of that stream. Later messages of the
// stream must not overtake the returned messages.
func TestRedriveDuringAReadWithoutItsStream(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	pool := connect(t, url)
	store := newStore(t, pool)
	ids := appendMany(t, store, 2, 3)
	broker, lifted := refusing(ids[0])
	reads := &beforeReads{}
	config := pool.Config()
	config.ConnConfig.Tracer = reads
	traced, err := pgxpool.NewWithConfig(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(traced.Close)
	wake := make(chan struct{}, 1)
	await.Background(t, relay.New(traced, relay.Config{
		Publish: broker.publish, Wake: wake, Poll: time.Minute, MaxBatch: 20, MaxBackoff: 20 * time.Millisecond, Attempts: 3,
		Logger: slog.New(slog.DiscardHandler),
	}).Run)
	await.True(t, "all are set aside", func() bool { return outboxDepth(t, pool) == 0 })
	lifted.Store(true)
	tx, err := pool.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, sql := range []string{`SELECT pg_advisory_xact_lock(hashtextextended('dead messages', 0))`, `SELECT redrive('` + ids[0].String() + `')`} {
		if _, err := tx.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	appendTo(t, store, ids[0]) // the relay still treats the stream as dead
	for range 2 {
		after := appendTo(t, store, ids[1])
		wake <- struct{}{}
		await.True(t, "the relay has been past it", func() bool { return broker.has(after) })
	}
	done := make(chan error, 1)
	reads.once(func() {
		err := tx.Commit(t.Context())
		appendTo(t, store, ids[0])
		done <- err
	})
	wake <- struct{}{}
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	await.True(t, "nothing waits", func() bool {
		select {
		case wake <- struct{}{}:
		default:
		}
		return outboxDepth(t, pool) == 0 && len(deadOf(t, pool)) == 0
	})
	broker.checkOrder(t, ids[:1], 5)
}

// beforeReads calls a function once, right before the relay reads the outbox the next time.
type beforeReads struct {
	mu sync.Mutex
	do func()
}

func (b *beforeReads) once(do func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.do = do
}

func (b *beforeReads) TraceBatchStart(ctx context.Context, _ *pgx.Conn, data pgx.TraceBatchStartData) context.Context {
	if !strings.Contains(data.Batch.QueuedQueries[0].SQL, "FROM redrives") {
		return ctx
	}
	b.mu.Lock()
	do := b.do
	b.do = nil
	b.mu.Unlock()
	if do != nil {
		do()
	}
	return ctx
}

func (*beforeReads) TraceBatchQuery(context.Context, *pgx.Conn, pgx.TraceBatchQueryData) {}
func (*beforeReads) TraceBatchEnd(context.Context, *pgx.Conn, pgx.TraceBatchEndData)     {}

func (*beforeReads) TraceQueryStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryStartData) context.Context {
	return ctx
}
func (*beforeReads) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

// With the projector's login, somebody inserts invented messages into the table dead_messages. A
// redrive returns dead messages to the outbox, but only messages of events that are in the log. So
// the invented messages are not sent.
func TestRedriveOfWhatIsNotInTheLog(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	pool := connect(t, testdb.As(t, url, role.Projector))
	const invented = `INSERT INTO dead_messages (position, event_id, stream_id, type, data, occurred_at, attempts) VALUES (2, gen_random_uuid(), $1, 'x', '{}', now(), 3)`
	stream := uuid.New()
	if _, err := pool.Exec(t.Context(), invented, stream); err != nil {
		t.Fatal(err)
	}
	if n, err := dead.New(pool).Redrive(t.Context(), stream); n != 0 || !errors.Is(err, dead.ErrNotDead) {
		t.Errorf("%d messages of no event went back, %v", n, err)
	}
	appendMany(t, newStore(t, connect(t, url)), 1, 2) // the invented message must not occupy a position of the log
}

// An operator can drop a dead message. The drop is recorded, and the relay sends the later messages
// of the stream.
func TestDroppedMessage(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	pool := connect(t, testdb.As(t, url, role.Projector))
	ids := appendMany(t, newStore(t, connect(t, url)), 1, 5)
	broker, _ := refusing(ids[0])
	relayOf(t, pool, broker.publish)
	await.True(t, "all are set aside", func() bool { dead := deadOf(t, pool); return len(dead) == 1 && dead[0].Behind == 4 })
	if n, err := dead.New(pool).Drop(t.Context(), ids[0], "ann", "known to them already"); n != 4 || err != nil {
		t.Fatalf("%d redriven, %v", n, err)
	}
	await.True(t, "the outbox is empty", func() bool { return outboxDepth(t, pool) == 0 })
	broker.checkOrder(t, ids, 4)
	var by, note string
	const sql = `SELECT dropped_by, drop_note FROM dead_messages WHERE position = 1 AND dropped_at IS NOT NULL`
	if err := pool.QueryRow(t.Context(), sql).Scan(&by, &note); err != nil || by != "ann" || note != "known to them already" {
		t.Errorf("the trace says %q, %q, %v", by, note, err)
	}
	if _, err := dead.New(pool).Drop(t.Context(), ids[0], "ann", "again"); !errors.Is(err, dead.ErrNotDead) {
		t.Errorf("dropped twice: %v", err)
	}
}

// The broker may be out of reach or slow, or may not answer. In these cases the relay moves no
// message to the table dead_messages, even if it has tried many times to send the message.
func TestBrokerThatIsAwayKillsNothing(t *testing.T) {
	t.Parallel()
	pool := connect(t, testdb.New(t))
	appendMany(t, newStore(t, pool), 2, 2)
	var tries, back atomic.Int64
	broker := &fakeBroker{fail: func(int, outbox.Message) error {
		if tries.Add(1) < 50 {
			return errors.New("no leader")
		}
		back.Add(1)
		return nil
	}}
	relayOf(t, pool, broker.publish)
	await.True(t, "the outbox is empty", func() bool { return outboxDepth(t, pool) == 0 })
	if dead := deadOf(t, pool); len(dead) != 0 || back.Load() != 4 {
		t.Errorf("dead: %+v, %d taken of 4", dead, back.Load())
	}
}

// The relay stores the number of attempts. Without the stored number, a relay that crashes again
// and again would never reach the number of attempts after which a message is dead.
func TestAttemptsOutliveTheRelay(t *testing.T) {
	t.Parallel()
	pool := connect(t, testdb.New(t))
	ids := appendMany(t, newStore(t, pool), 1, 1)
	for attempt := range 3 {
		tried := make(chan struct{})
		var refused atomic.Bool
		broker := func(ctx context.Context, _ []outbox.Message) []error {
			if refused.Swap(true) { // a relay that ends late on a busy machine tries again
				<-ctx.Done()
				return []error{ctx.Err()}
			}
			close(tried)
			return []error{&outbox.Refused{Reason: errors.New("too large")}}
		}
		stop := await.Background(t, relay.New(pool, relay.Config{
			Publish: broker, Poll: 10 * time.Millisecond, Attempts: 3, Logger: slog.New(slog.DiscardHandler),
		}).Run)
		await.Signal(t, "an attempt", tried)
		if err := stop(); err != nil {
			t.Fatal(err)
		}
		if attempt < 2 && len(deadOf(t, pool)) != 0 {
			t.Fatalf("dead after %d attempts", attempt+1)
		}
	}
	if dead := deadOf(t, pool); len(dead) != 1 || dead[0].StreamID != ids[0] || !strings.Contains(dead[0].Error, "too large") {
		t.Errorf("dead: %+v", dead)
	}
}

// A redrive returns dead messages to the outbox. If a million messages are dead, the redrive has
// the lock of dead messages for a long time. Meanwhile the relay can't move messages to the table
// dead_messages, but it sends the messages of all other streams.
func TestLongRedriveHoldsUpNobody(t *testing.T) {
	t.Parallel()
	pool := connect(t, testdb.New(t))
	store := newStore(t, pool)
	ids := appendMany(t, store, 1, 2)
	broker, _ := refusing(ids[0])
	tx, err := pool.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback(context.Background()) }()
	if _, err := tx.Exec(t.Context(), `SELECT pg_advisory_xact_lock(hashtextextended('dead messages', 0))`); err != nil {
		t.Fatal(err)
	}
	relayOf(t, pool, broker.publish)
	others := appendMany(t, store, 1, 3)
	await.True(t, "the others' are out", func() bool { return outboxDepth(t, pool) == 2 })
	broker.checkOrder(t, others, 3)
	if err := tx.Rollback(t.Context()); err != nil {
		t.Fatal(err)
	}
	await.True(t, "the stream is set aside then", func() bool { return outboxDepth(t, pool) == 0 })
}
