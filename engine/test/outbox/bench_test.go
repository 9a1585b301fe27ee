package outbox_test

import (
	"context"
	"log/slog"
	"strconv"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/enginetest/testdb"
	"example.com/pgcqrs/engine/outbox"
	"example.com/pgcqrs/engine/outbox/relay"
	"example.com/pgcqrs/engine/pg"
)

// BenchmarkBehindMessagesThatWereSent measures twice how long a relay takes to send 20,000
// messages, and reports the ratio of the two durations. In the first run, the outbox never had
// other messages. In the second run, three million messages were sent and deleted before, and an
// open database snapshot prevents the vacuum from removing their index entries.
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
	pool, err := pg.Open(b.Context(), testdb.New(b), b.Name(), 8)
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
	ctx, stop := context.WithCancel(b.Context())
	defer stop()
	insertFresh(b, pool, before, 1)
	sent, looked, done, wake := 0, make(chan struct{}), make(chan struct{}), make(chan struct{}, 1)
	relay := relay.New(pool, relay.Config{Wake: wake, Logger: slog.New(slog.DiscardHandler), Publish: func(_ context.Context, messages []outbox.Message) []error {
		switch sent += len(messages); sent {
		case 1:
			close(looked)
		case 20_001:
			close(done)
		}
		return make([]error, len(messages))
	}})
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = relay.Run(ctx)
	}()
	<-looked // the relay has read the whole outbox once
	insertFresh(b, pool, before+1, 20_000)
	began := time.Now()
	wake <- struct{}{}
	<-done
	took := time.Since(began)
	stop()
	<-ended
	return took
}

func insertFresh(b *testing.B, pool *pgxpool.Pool, before, count int) {
	b.Helper()
	for _, sql := range []string{
		`INSERT INTO events (position, stream_type, stream_id, version, event_id, type, schema_version, data, metadata, occurred_at, recorded_at)
		 SELECT ` + strconv.Itoa(before) + ` + n, 'tank', md5((n % 1000)::text)::uuid, ` + strconv.Itoa(before) + ` + n, gen_random_uuid(), 'tank.poured', 1, '{"amount": 1}', '{}', now(), now() FROM generate_series(1, ` + strconv.Itoa(count) + `) n`,
		`INSERT INTO outbox (position, event_id, stream_id, type, data, occurred_at)
		 SELECT position, event_id, stream_id, 'x', data, now() FROM events WHERE position > ` + strconv.Itoa(before),
	} {
		if _, err := pool.Exec(b.Context(), sql); err != nil {
			b.Fatal(err)
		}
	}
}
