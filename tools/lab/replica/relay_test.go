//go:build all && unix

package replica_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/rig"
	"example.com/pgcqrs/engine/enginetest/tank"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/outbox"
	"example.com/pgcqrs/engine/outbox/relay"
	"example.com/pgcqrs/engine/pg"
)

// broker accepts and records every message.
type broker struct {
	mu    sync.Mutex
	taken []int64 // positions of the accepted messages
}

func (b *broker) publish(_ context.Context, messages []outbox.Message) []error {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, m := range messages {
		b.taken = append(b.taken, m.Position)
	}
	return make([]error, len(messages))
}

func (b *broker) has() []int64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]int64(nil), b.taken...)
}

// At first, only the primary has the commit of an event. The outbox relay publishes the event's
// message only when the required standby has the commit, too. This is true even if somebody cancels
// the relay's wait for the standby.
func TestRelayWaitsForTheStandby(t *testing.T) {
	t.Parallel()
	p := startRequired(t)
	process, id := startProcess(t, p.primary, "process"), uuid.New()
	process.must(t, id, tank.Build{})
	process.must(t, id, tank.Pour{Amount: 1})
	b := &broker{}
	startRelay(t, p, b)
	await.True(t, "the first message is out", func() bool {
		return len(b.has()) == 1 && ask[bool](t, p.primary, `SELECT NOT EXISTS (SELECT FROM outbox)`)
	})
	p.loseStandby(t)
	if answer := <-process.send(id, tank.Pour{Amount: 1}, "", await.Within); !errors.Is(answer.err, event.ErrUnknownOutcome) {
		t.Fatalf("got %v, want an unknown outcome", answer.err)
	}
	var waited int32
	for range 3 {
		var next int32
		await.True(t, "the relay waits", func() bool {
			next = p.waiting(t, "relay")
			return next != 0 && next != waited || len(b.has()) > 1
		})
		if got := b.has(); len(got) > 1 {
			t.Fatalf("published %v, and the standby ends at 2", got)
		}
		waited = next
		ask[bool](t, p.primary, `SELECT pg_cancel_backend($1)`, waited)
	}
	p.regainStandby(t)
	await.True(t, "the second message is out", func() bool { return len(b.has()) > 1 })
	p.promote(t)
	if head := ask[int64](t, p.reads, `SELECT max(position) FROM events`); head != 3 {
		t.Errorf("published %v, the log ends at %d", b.has(), head)
	}
}

// steps counts how often the relay reads the outbox. Each read requests a number of positions, and
// steps records the smallest of these numbers.
type steps struct{ least, reads atomic.Int64 }

func (s *steps) TraceBatchStart(ctx context.Context, _ *pgx.Conn, data pgx.TraceBatchStartData) context.Context {
	for _, query := range data.Batch.QueuedQueries {
		if strings.Contains(query.SQL, "FROM outbox o") {
			step, _ := query.Arguments[len(query.Arguments)-1].(int64)
			s.least.Store(min(s.least.Load(), step))
			s.reads.Add(1)
		}
	}
	return ctx
}

func (*steps) TraceBatchQuery(context.Context, *pgx.Conn, pgx.TraceBatchQueryData) {}

func (*steps) TraceBatchEnd(context.Context, *pgx.Conn, pgx.TraceBatchEndData) {}

func (*steps) TraceQueryStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryStartData) context.Context {
	return ctx
}

func (*steps) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

// The required standby is away for so long that several reads of the outbox exceed their time
// limit. Nevertheless, every read of the relay requests the same number of positions.
func TestStandbyThatIsAwayLeavesTheRelaysSteps(t *testing.T) {
	t.Parallel()
	p := startRequired(t)
	process, id := startProcess(t, p.primary, "process"), uuid.New()
	process.must(t, id, tank.Build{})
	p.loseStandby(t)
	if answer := <-process.send(id, tank.Pour{Amount: 1}, "", await.Within); !errors.Is(answer.err, event.ErrUnknownOutcome) {
		t.Fatalf("got %v, want an unknown outcome", answer.err)
	}
	b, s := &broker{}, &steps{}
	s.least.Store(1 << 20)
	await.Background(t, relay.New(rig.Traced(t, p.primary, s), relay.Config{
		Publish: b.publish, Poll: 10 * time.Millisecond, MaxBackoff: 50 * time.Millisecond, ReadFor: time.Second, Logger: slog.New(slog.DiscardHandler),
	}).Run)
	await.True(t, "the relay has tried several times", func() bool { return s.reads.Load() > 3 })
	if got := b.has(); len(got) > 0 {
		t.Errorf("published %v without the standby", got)
	}
	p.regainStandby(t)
	await.True(t, "the message is out", func() bool { return len(b.has()) > 0 })
	if least := s.least.Load(); least < 1<<20 {
		t.Errorf("a step of %d, though it was the standby that took long", least)
	}
}

func startRelay(t *testing.T, p pair, b *broker) {
	t.Helper()
	pool, err := pg.Open(t.Context(), p.primary, "relay", 4)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	await.Background(t, relay.New(pool, relay.Config{
		Publish: b.publish, Poll: 10 * time.Millisecond, MaxBackoff: 50 * time.Millisecond, Logger: slog.New(slog.DiscardHandler),
	}).Run)
}
