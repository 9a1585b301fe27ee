//go:build all && unix

package replica_test

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/internal/database"
	"example.com/pgcqrs/internal/events"
	"example.com/pgcqrs/internal/events/outbox"
	"example.com/pgcqrs/test/await"
	"example.com/pgcqrs/test/tank"
)

// broker takes every message and remembers it.
type broker struct {
	mu    sync.Mutex
	taken []int64 // positions
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

// A message of a commit that only the primary has is not published before the standby has
// it, not even if the relay's own wait is cancelled.
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
	if answer := <-process.send(id, tank.Pour{Amount: 1}, "", await.Within); !errors.Is(answer.err, events.ErrUnknownOutcome) {
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

func startRelay(t *testing.T, p pair, b *broker) {
	t.Helper()
	pool, err := database.Open(t.Context(), p.primary, "relay", 4)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	await.Background(t, outbox.NewRelay(pool, outbox.Config{
		Publish: b.publish, Poll: 10 * time.Millisecond, MaxBackoff: 50 * time.Millisecond, Logger: slog.New(slog.DiscardHandler),
	}).Run)
}
