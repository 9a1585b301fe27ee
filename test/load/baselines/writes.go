package baselines

import (
	"context"
	"fmt"
)

// writes are deposits by some clients to accounts by chance, with no projector.
func (b *bench) writes(ctx context.Context, clients int) ([]Row, error) {
	noop, err := b.noop(ctx)
	if err != nil {
		return nil, err
	}
	naive, err := b.naive(ctx)
	if err != nil {
		return nil, err
	}
	api, err := b.api(ctx, "service", 1)
	if err != nil {
		return nil, err
	}
	f, err := b.takeTurns(ctx, b.rate(noop, "write", clients), b.rate(naive, "write", clients), b.rate(api, "write", clients))
	if err != nil {
		return nil, err
	}
	who := fmt.Sprintf("writes, %d clients", clients)
	if clients == 1 {
		return []Row{
			f.row("one client, writes / naive append", "≥ 0.95", perSecond, "service", "naive"),
			f.row("one client, writes / no-op handler", "", perSecond, "service", "no-op"),
		}, nil
	}
	goals := map[int][2]string{64: {"≥ 0.50", "≥ 12"}, 256: {"≥ 0.55", ""}}[clients]
	return []Row{
		f.row(who+" / no-op handler", goals[0], perSecond, "service", "no-op"),
		f.row(who+" / naive append", goals[1], perSecond, "service", "naive"),
	}, nil
}

const perSecond = "/s"

// rate is the answers a second of a target under a mix.
func (b *bench) rate(t target, mix string, clients int) side {
	return side{t.name, func(ctx context.Context) (float64, error) {
		result, err := b.load(ctx, t, mix, clients)
		if err != nil {
			return 0, err
		}
		return result.Parts[0].PerSecond, nil
	}}
}
