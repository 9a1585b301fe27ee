package outbox_test

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"testing"
	"time"

	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/testdb"
	"example.com/pgcqrs/engine/outbox"
	"example.com/pgcqrs/engine/outbox/relay"
)

// If the broker refuses the messages of one stream, these messages may fill the outbox. The relay
// still sends the messages of other streams.
func TestRefusedStreamFillsTheOutbox(t *testing.T) {
	t.Parallel()
	pool := connect(t, testdb.New(t))
	store := newStore(t, pool)
	refused := appendMany(t, store, 1, 45)[0] // more than two batches
	others := appendMany(t, store, 2, 3)
	broker := &fakeBroker{fail: func(_ int, m outbox.Message) error {
		if m.StreamID == refused {
			return errors.New("too large")
		}
		return nil
	}}
	runRelay(t, pool, broker.publish)
	await.True(t, "the other streams' messages are out", func() bool { return outboxDepth(t, pool) == 45 })
	broker.checkOrder(t, others, 3)
}

// After a refusal, the relay pauses before it sends the message again. The messages of other
// streams do not wait for the end of this pause.
func TestRefusedMessageDelaysNobody(t *testing.T) {
	t.Parallel()
	pool := connect(t, testdb.New(t))
	store := newStore(t, pool)
	refused := appendMany(t, store, 1, 1)[0]
	var tries atomic.Int64
	var lifted atomic.Bool
	broker := &fakeBroker{fail: func(_ int, m outbox.Message) error {
		if m.StreamID == refused && !lifted.Load() {
			tries.Add(1)
			return errors.New("too large")
		}
		return nil
	}}
	await.Background(t, relay.New(pool, relay.Config{
		Publish: broker.publish, Poll: 10 * time.Millisecond, Logger: slog.New(slog.DiscardHandler),
	}).Run)
	await.True(t, "it was tried again and again", func() bool { return tries.Load() >= 7 }) // the next pause takes 6.4 s
	before := tries.Load()
	appendMany(t, store, 1, 2)
	await.True(t, "the other stream's messages are out", func() bool { return outboxDepth(t, pool) == 1 })
	if tries.Load() != before {
		t.Error("they have waited for the end of the pause")
	}
	lifted.Store(true)
	await.True(t, "it is sent when the broker takes it", func() bool { return outboxDepth(t, pool) == 0 })
}

// Several relays compete for one lock, and only the relay that has the lock sends messages. Even if
// the broker is slow, this relay does not lose the lock.
func TestSlowBrokerCostsNobodyTheLock(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	pool := connect(t, url)
	ids := appendMany(t, newStore(t, pool), 1, 20)
	broker := &fakeBroker{fail: func(int, outbox.Message) error { return nil }}
	slow := func(ctx context.Context, messages []outbox.Message) []error {
		<-time.After(400 * time.Millisecond)
		return broker.publish(ctx, messages)
	}
	for range 2 {
		runRelay(t, connect(t, url), slow)
	}
	await.True(t, "the outbox is empty", func() bool { return outboxDepth(t, pool) == 0 })
	broker.checkOrder(t, ids, 20)
	if len(broker.taken) != 20 {
		t.Errorf("%d messages were sent, want each of 20 once", len(broker.taken))
	}
}

// While a relay waits for the broker, its database session is idle. If the session is idle for too
// long, another relay may take over the lock of this relay. The relay stops waiting for the broker
// earlier, so it keeps the lock.
func TestSilentBrokerIsGivenUp(t *testing.T) {
	t.Parallel()
	pool := connect(t, testdb.New(t))
	ids := appendMany(t, newStore(t, pool), 1, 2)
	broker := &fakeBroker{fail: func(int, outbox.Message) error { return nil }}
	var calls atomic.Int64
	silentOnce := func(ctx context.Context, messages []outbox.Message) []error {
		if calls.Add(1) == 1 {
			<-ctx.Done()
			return []error{ctx.Err()}
		}
		return broker.publish(ctx, messages)
	}
	runRelay(t, pool, silentOnce)
	await.True(t, "the outbox is empty", func() bool { return outboxDepth(t, pool) == 0 })
	broker.checkOrder(t, ids, 2)
}

// After a failed attempt, the relay pauses the stream. The pause may end while the relay still
// sends the rest of the batch. Even then, the next message of the stream is not sent before the
// failed message.
func TestPauseThatEndsWithinABatch(t *testing.T) {
	t.Parallel()
	pool := connect(t, testdb.New(t))
	ids := appendMany(t, newStore(t, pool), 2, 4)
	broker := &fakeBroker{fail: func(attempt int, _ outbox.Message) error {
		if attempt == 1 {
			return errors.New("not now")
		}
		return nil
	}}
	runRelay(t, pool, func(ctx context.Context, messages []outbox.Message) []error {
		defer func() { <-time.After(60 * time.Millisecond) }() // longer than the longest pause
		return broker.publish(ctx, messages)
	})
	await.True(t, "the outbox is empty", func() bool { return outboxDepth(t, pool) == 0 })
	broker.checkOrder(t, ids, 4)
}
