package baselines

import (
	"context"
	"fmt"
	"strings"

	"example.com/pgcqrs/tools/lab/load/drive"
	"example.com/pgcqrs/tools/lab/load/report"
)

// side is one of those that take turns. Each of a turn's figures is known by the side's
// name and its own; the one that is the side's alone has no name of its own.
type side struct {
	name string
	turn func(ctx context.Context) (map[string]float64, error)
}

// takeTurns measures all sides in each round, next to each other in time, and begins
// every round with another one.
func (b *bench) takeTurns(ctx context.Context, sides ...side) (figures, error) {
	for round := range b.Rounds {
		if err := b.round(ctx, round, sides); err != nil {
			return nil, err
		}
	}
	return b.measured, nil
}

func (b *bench) round(ctx context.Context, round int, sides []side) error {
	for i := range sides {
		s := sides[(round+i)%len(sides)]
		b.side = s.name
		found, err := s.turn(ctx)
		if err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		for name, figure := range found {
			name = strings.TrimSpace(s.name + " " + name)
			b.measured[name] = append(b.measured[name], figure)
		}
		b.Say(fmt.Sprintf("  round %d of %d: %-10s %s", round+1, b.Rounds, s.name, report.Number(found[""])))
	}
	return nil
}

// rate is a target's answers a second under a mix, and its latency.
func (b *bench) rate(t target, mix string, clients int) side {
	return b.rateOf(t.name, t, mix, drive.Plan{Clients: clients})
}

// rateOf is the same under a name of its own, and of a mix that may be the plan's step.
func (b *bench) rateOf(name string, t target, mix string, plan drive.Plan) side {
	return side{name, func(ctx context.Context) (map[string]float64, error) {
		before := b.cpuOf(t)
		result, err := b.load(ctx, t, mix, plan)
		if err != nil {
			return nil, err
		}
		found := b.cpuOf(t).since(before, result, b.Warmup)
		part := result.Parts[0]
		found[""], found["p50"], found["p99"] = part.PerSecond, part.Latency.P50, part.Latency.P99
		return found, nil
	}}
}

// load makes a mix on a target for a turn. Failed requests end the contest: what is
// compared is work that was done.
func (b *bench) load(ctx context.Context, t target, mix string, plan drive.Plan) (*drive.Result, error) {
	result, err := b.anyLoad(ctx, t, mix, plan)
	if err == nil && result.Failed() > 0 {
		err = fmt.Errorf("%s under %s: %d requests failed: %v", t.name, mix, result.Failed(), result.Parts[0].Errors)
	}
	return result, err
}

// anyLoad is load where requests may fail. A mix that has no such name is the plan's step.
func (b *bench) anyLoad(ctx context.Context, t target, mix string, plan drive.Plan) (*drive.Result, error) {
	if found, ok := drive.MixOf(mix); ok {
		plan.Step = found.Step
	}
	plan.URLs, plan.Name, plan.Accounts, plan.Progress = t.urls, mix, t.accounts, b.Progress
	plan.Duration, plan.Warmup, plan.Seed = b.Duration, b.Warmup, uint64(len(b.turns))
	result, err := drive.Run(ctx, plan)
	if err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if len(result.Parts) == 0 {
		return nil, fmt.Errorf("%s under %s: nothing was measured in %v", t.name, mix, b.Duration)
	}
	b.turns = append(b.turns, Turn{b.contest, b.side, len(b.measured[b.side]) + 1, result})
	return result, nil
}
