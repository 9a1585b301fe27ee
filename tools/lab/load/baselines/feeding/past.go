package feeding

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/tools/lab/load/baselines/bench"
	"example.com/pgcqrs/tools/lab/load/baselines/lab"
	"example.com/pgcqrs/tools/lab/load/baselines/projecting"
	"example.com/pgcqrs/tools/lab/load/baselines/score"
)

// behind is the number of events in the log that a subscriber has to read until it has caught up.
const behind = 1_000_000

// together is the number of subscribers that catch up with the log at the same time. The benchmark
// measures the memory of these subscribers. An API process accepts about this number by default.
const together = 500

// CatchUp measures how fast a client reads a whole log through the feed, as lines of JSON, and
// compares this with a COPY of the same rows. CatchUp also measures the memory of subscribers that
// are far behind.
func CatchUp(ctx context.Context, b *bench.Bench) ([]score.Row, error) {
	base, err := b.Database(ctx, "past")
	if err != nil {
		return nil, err
	}
	if err := projecting.Fill(ctx, b, base, behind); err != nil {
		return nil, err
	}
	f, err := b.TakeTurns(ctx,
		bench.Side{Name: "feed", Turn: func(ctx context.Context) (map[string]float64, error) {
			api, err := b.Lab.Start(ctx, "api", base, unbounded...)
			if err != nil {
				return nil, err
			}
			defer api.Stop()
			began := time.Now()
			count, err := lines(ctx, api.Url, "/v1/feed?follow=false")
			if err == nil && count != behind {
				err = fmt.Errorf("got %d events", count)
			}
			return map[string]float64{"": behind / time.Since(began).Seconds()}, err
		}},
		bench.Side{Name: "copy", Turn: func(ctx context.Context) (map[string]float64, error) {
			return copied(ctx, b, base.Owner)
		}},
		bench.Side{Name: "behind", Turn: func(ctx context.Context) (map[string]float64, error) {
			api, err := b.Lab.Start(ctx, "api", base, unbounded...)
			if err != nil {
				return nil, err
			}
			defer api.Stop()
			before := memory(api)
			s, err := subscribe(ctx, api.Url, together, func(int) string { return "/v1/feed?after=0" })
			if err != nil {
				return nil, err
			}
			defer s.close()
			most := mostMemory(ctx, api, b.Lab.Options.Duration)
			return map[string]float64{"": (most - before) / together}, ctx.Err()
		}},
	)
	if err != nil {
		return nil, err
	}
	return []score.Row{
		f.Row("catch-up with 1,000,000 events as lines / COPY of the same rows", score.AtLeast(0.5), bench.PerSecond, "feed", "copy"),
		f.Value("memory of a subscriber that is 1,000,000 events behind", score.AtMost(256), "KiB", "behind"),
	}, nil
}

// mostMemory watches a program for a given time, and returns the largest amount of memory, in KiB,
// that the program used in this time.
func mostMemory(ctx context.Context, program *lab.Child, within time.Duration) (most float64) {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		most = max(most, memory(program))
		select {
		case <-ctx.Done():
			return most
		case <-tick.C:
		}
	}
}

// copied measures a COPY that sends the rows to the client, as \copy of psql does.
func copied(ctx context.Context, b *bench.Bench, url string) (map[string]float64, error) {
	var took time.Duration
	err := b.Lab.SQL(ctx, url, func(conn *pgx.Conn) error {
		var rows newlines
		began := time.Now()
		_, err := conn.PgConn().CopyTo(ctx, &rows, `COPY (SELECT position, stream_type, stream_id, version, event_id, type, data, metadata, occurred_at, recorded_at FROM events ORDER BY position) TO STDOUT`)
		if took = time.Since(began); err == nil && rows != behind {
			err = fmt.Errorf("copied %d rows", rows)
		}
		return err
	})
	return map[string]float64{"": behind / took.Seconds()}, err
}

// newlines is a writer that counts the lines that are written to it.
type newlines int

// Write counts lines.
func (n *newlines) Write(text []byte) (int, error) {
	*n += newlines(bytes.Count(text, []byte{'\n'}))
	return len(text), nil
}
