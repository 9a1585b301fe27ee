package relay_test

import (
	"context"
	"log/slog"
	"strconv"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/internal/database"
	"example.com/pgcqrs/internal/events/outbox"
	"example.com/pgcqrs/test/testdb"
)

// BenchmarkBehindMessagesThatWereSent sends 20,000 messages, first with nothing before them and
// then behind three million that were sent while a snapshot is open, and tells the ratio.
func BenchmarkBehindMessagesThatWereSent(b *testing.B) {
	for b.Loop() {
		clean, behind := sendFresh(b, 1), sendFresh(b, 3_000_000)
		b.ReportMetric(20_000/clean.Seconds(), "clean/s")
		b.ReportMetric(20_000/behind.Seconds(), "behind/s")
		b.ReportMetric(clean.Seconds()/behind.Seconds(), "ratio")
	}
}

func sendFresh(b *testing.B, before int) time.Duration {
	b.Helper()
	pool, err := database.Open(b.Context(), testdb.New(b), b.Name(), 8)
	if err != nil {
		b.Fatal(err)
	}
	defer pool.Close()
	holder, err := pgxpool.NewWithConfig(b.Context(), pool.Config())
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(holder.Close)
	openSnapshot(b, holder)
	sentBefore(b, pool, before)
	for _, sql := range []string{
		`INSERT INTO events (position, stream_type, stream_id, version, event_id, type, schema_version, data, metadata, occurred_at, recorded_at)
		 SELECT ` + strconv.Itoa(before) + ` + n, 'tank', md5((n % 1000)::text)::uuid, n / 1000 + 1, gen_random_uuid(), 'tank.poured', 1, '{"amount": 1}', '{}', now(), now() FROM generate_series(1, 20000) n`,
		`INSERT INTO outbox (position, event_id, stream_id, type, data, occurred_at)
		 SELECT position, event_id, stream_id, 'x', data, now() FROM events WHERE position > ` + strconv.Itoa(before),
	} {
		if _, err := pool.Exec(b.Context(), sql); err != nil {
			b.Fatal(err)
		}
	}
	ctx, stop := context.WithCancel(b.Context())
	defer stop()
	sent, done := 0, make(chan struct{})
	relay := outbox.NewRelay(pool, outbox.Config{Logger: slog.New(slog.DiscardHandler), Publish: func(_ context.Context, messages []outbox.Message) []error {
		if sent += len(messages); sent == 20_000 {
			close(done)
		}
		return make([]error, len(messages))
	}})
	ended := make(chan struct{})
	began := time.Now()
	go func() {
		defer close(ended)
		_ = relay.Run(ctx)
	}()
	<-done
	took := time.Since(began)
	stop()
	<-ended
	return took
}
