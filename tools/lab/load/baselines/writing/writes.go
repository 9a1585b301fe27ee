package writing

import (
	"context"
	"fmt"

	"example.com/pgcqrs/tools/lab/load/baselines/bench"
	"example.com/pgcqrs/tools/lab/load/baselines/score"
	"example.com/pgcqrs/tools/lab/load/report"
)

// WritesBy returns a benchmark in which a number of clients send deposits to random accounts, while
// no projector runs.
func WritesBy(clients int) func(context.Context, *bench.Bench) ([]score.Row, error) {
	return func(ctx context.Context, b *bench.Bench) ([]score.Row, error) {
		noop, err := b.Noop(ctx)
		if err != nil {
			return nil, err
		}
		naive, err := b.Naive(ctx)
		if err != nil {
			return nil, err
		}
		service, err := b.Api(ctx, "service", 1)
		if err != nil {
			return nil, err
		}
		f, err := b.TakeTurns(ctx, b.Rate(noop, "write", clients), b.Rate(naive, "write", clients), b.Rate(service, "write", clients))
		if err != nil {
			return nil, err
		}
		return writesRows(f, clients), nil
	}
}

func writesRows(f score.Figures, clients int) []score.Row {
	who := fmt.Sprintf("writes, %d clients", clients)
	if clients == 1 {
		who = "writes, one client"
	}
	goals := map[int][2]score.Goal{64: {score.AtLeast(0.50), score.AtLeast(12)}, 256: {score.AtLeast(0.55), {}}, 1: {{}, score.AtLeast(0.95)}}[clients]
	rows := []score.Row{
		f.Row(who+" / no-op handler", goals[0], bench.PerSecond, "service", "no-op"),
		f.Row(who+" / naive append", goals[1], bench.PerSecond, "service", "naive"),
	}
	for i, side := range []string{"service", "naive"} {
		rows[i].Note = bench.LatencyNote(f, side) + "; " + bench.CpuNote(f, side)
	}
	return rows
}

// Hot compares writes to one stream with writes to many streams.
func Hot(ctx context.Context, b *bench.Bench) ([]score.Row, error) {
	service, err := b.Api(ctx, "service", 1)
	if err != nil {
		return nil, err
	}
	spread, hot := b.Rate(service, "write", 64), b.Rate(service, "hot-stream", 64)
	spread.Name, hot.Name = "spread", "hot"
	f, err := b.TakeTurns(ctx, spread, hot)
	if err != nil {
		return nil, err
	}
	title := fmt.Sprintf("hot stream, 64 clients / spread over %s accounts", report.Count(int64(b.Lab.Options.Accounts)))
	return []score.Row{f.Row(title, score.AtLeast(0.8), bench.PerSecond, "hot", "spread")}, nil
}

// Three compares three API processes, which share one database, with a single API process.
func Three(ctx context.Context, b *bench.Bench) ([]score.Row, error) {
	one, err := b.Api(ctx, "one", 1)
	if err != nil {
		return nil, err
	}
	three, err := b.Api(ctx, "three", 3)
	if err != nil {
		return nil, err
	}
	kept, err := b.Api(ctx, "kept", 3)
	if err != nil {
		return nil, err
	}
	f, err := b.TakeTurns(ctx, b.Rate(one, "write", 64), b.Rate(three, "write", 64), b.Rate(kept, "write-own", 64))
	if err != nil {
		return nil, err
	}
	return []score.Row{
		f.Row("three API processes / one, any account through any", score.AtLeast(0.85), bench.PerSecond, "three", "one"),
		f.Row("the same, each account through one of them", score.AtLeast(0.85), bench.PerSecond, "kept", "one"),
	}, nil
}
