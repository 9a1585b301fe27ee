package baselines

import (
	"context"
	"fmt"

	"example.com/pgcqrs/tools/lab/load/report"
)

const perSecond = "/s"

// writesBy are deposits by some clients to accounts by chance, with no projector.
func writesBy(clients int) func(*bench, context.Context) ([]Row, error) {
	return func(b *bench, ctx context.Context) ([]Row, error) {
		noop, err := b.noop(ctx)
		if err != nil {
			return nil, err
		}
		naive, err := b.naive(ctx)
		if err != nil {
			return nil, err
		}
		service, err := b.api(ctx, "service", 1)
		if err != nil {
			return nil, err
		}
		f, err := b.takeTurns(ctx, b.rate(noop, "write", clients), b.rate(naive, "write", clients), b.rate(service, "write", clients))
		if err != nil {
			return nil, err
		}
		return writesRows(f, clients), nil
	}
}

func writesRows(f figures, clients int) []Row {
	who := fmt.Sprintf("writes, %d clients", clients)
	if clients == 1 {
		who = "writes, one client"
	}
	goals := map[int][2]Goal{64: {atLeast(0.50), atLeast(12)}, 256: {atLeast(0.55), {}}, 1: {{}, atLeast(0.95)}}[clients]
	rows := []Row{
		f.row(who+" / no-op handler", goals[0], perSecond, "service", "no-op"),
		f.row(who+" / naive append", goals[1], perSecond, "service", "naive"),
	}
	for i, side := range []string{"service", "naive"} {
		rows[i].Note = latencyNote(f, side) + "; " + cpuNote(f, side)
	}
	return rows
}

func latencyNote(f figures, side string) string {
	return fmt.Sprintf("p50 %s ms, p99 %s ms", report.Number(f.median(side+" p50")), report.Number(f.median(side+" p99")))
}

// hot is one stream against many.
func (b *bench) hot(ctx context.Context) ([]Row, error) {
	service, err := b.api(ctx, "service", 1)
	if err != nil {
		return nil, err
	}
	spread, hot := b.rate(service, "write", 64), b.rate(service, "hot-stream", 64)
	spread.name, hot.name = "spread", "hot"
	f, err := b.takeTurns(ctx, spread, hot)
	if err != nil {
		return nil, err
	}
	title := fmt.Sprintf("hot stream, 64 clients / spread over %s accounts", report.Count(int64(b.Accounts)))
	return []Row{f.row(title, atLeast(0.8), perSecond, "hot", "spread")}, nil
}

// three processes share one database.
func (b *bench) three(ctx context.Context) ([]Row, error) {
	one, err := b.api(ctx, "one", 1)
	if err != nil {
		return nil, err
	}
	three, err := b.api(ctx, "three", 3)
	if err != nil {
		return nil, err
	}
	kept, err := b.api(ctx, "kept", 3)
	if err != nil {
		return nil, err
	}
	f, err := b.takeTurns(ctx, b.rate(one, "write", 64), b.rate(three, "write", 64), b.rate(kept, "write-own", 64))
	if err != nil {
		return nil, err
	}
	return []Row{
		f.row("three API processes / one, any account through any", atLeast(0.85), perSecond, "three", "one"),
		f.row("the same, each account through one of them", atLeast(0.85), perSecond, "kept", "one"),
	}, nil
}
