package bench

import (
	"context"
	"fmt"
	"strings"

	"example.com/pgcqrs/tools/lab/load/baselines/findings"
	"example.com/pgcqrs/tools/lab/load/baselines/score"
	"example.com/pgcqrs/tools/lab/load/drive"
	"example.com/pgcqrs/tools/lab/load/drive/measure"
	"example.com/pgcqrs/tools/lab/load/drive/mixes"
	"example.com/pgcqrs/tools/lab/load/report"
)

// Side is a contestant of a benchmark: one of the programs or configurations that the benchmark
// compares. The function Turn measures the contestant once, and returns figures by name. The main
// figure has the name "". A report writes the contestant's name before each figure's name.
type Side struct {
	Name string
	Turn func(ctx context.Context) (map[string]float64, error)
}

// TakeTurns measures every contestant of a benchmark once in each round, so that all contestants
// are measured at about the same time. The contestants are the programs or configurations that the
// benchmark compares. Each round begins with a different contestant.
func (b *Bench) TakeTurns(ctx context.Context, sides ...Side) (score.Figures, error) {
	for round := range b.Lab.Options.Rounds {
		if err := b.Round(ctx, round, sides); err != nil {
			return nil, err
		}
	}
	return b.Measured, nil
}

func (b *Bench) Round(ctx context.Context, round int, sides []Side) error {
	for i := range sides {
		s := sides[(round+i)%len(sides)]
		b.side = s.Name
		found, err := s.Turn(ctx)
		if err != nil {
			return fmt.Errorf("%s: %w", s.Name, err)
		}
		for name, figure := range found {
			name = strings.TrimSpace(s.Name + " " + name)
			b.Measured[name] = append(b.Measured[name], figure)
		}
		b.Lab.Options.Say(fmt.Sprintf("  round %d of %d: %-10s %s", round+1, b.Lab.Options.Rounds, s.Name, report.Number(found[""])))
	}
	return nil
}

// Rate returns a contestant of a benchmark. The contestant sends a mix (a named kind of load) to a
// target program, and measures the answers per second and their latency.
func (b *Bench) Rate(t Target, mix string, clients int) Side {
	return b.RateOf(t.name, t, mix, drive.Plan{Clients: clients})
}

// RateOf returns a contestant of a benchmark, as the function Rate does. The caller of RateOf also
// chooses the name of the contestant. Instead of a number of clients, the caller passes a whole
// plan. If there is no mix (a named kind of load) with the given name, the contestant repeats the
// operation plan.Step.
func (b *Bench) RateOf(name string, t Target, mix string, plan drive.Plan) Side {
	return Side{name, func(ctx context.Context) (map[string]float64, error) {
		before := b.cpuOf(t)
		result, err := b.Load(ctx, t, mix, plan)
		if err != nil {
			return nil, err
		}
		found := b.cpuOf(t).since(before, result, b.Lab.Options.Warmup)
		part := result.Parts[0]
		found[""], found["p50"], found["p99"] = part.PerSecond, part.Latency.P50, part.Latency.P99
		return found, nil
	}}
}

// AtRate returns a contestant of a benchmark. The contestant sends a mix (a named kind of load) to
// a target program at a fixed rate, and measures the answers per second. The target program may
// refuse some requests; the contestant then also measures the refusals per second.
func (b *Bench) AtRate(t Target, mix string, rate float64) Side {
	return Side{report.Number(rate) + "/s", func(ctx context.Context) (map[string]float64, error) {
		before := b.cpuOf(t)
		result, err := b.AnyLoad(ctx, t, mix, drive.Plan{Rate: rate})
		if err != nil {
			return nil, err
		}
		found := b.cpuOf(t).since(before, result, b.Lab.Options.Warmup)
		part := result.Parts[0]
		found[""], found["refused"] = part.PerSecond, part.FailedPerSecond
		found["p50"], found["p99"] = part.Latency.P50, part.Latency.P99
		return found, nil
	}}
}

// Load sends a mix (a named kind of load) to a target program for one measurement. If a request
// fails, Load returns an error, which ends the benchmark: two programs are comparable only if they
// complete all of their work.
func (b *Bench) Load(ctx context.Context, t Target, mix string, plan drive.Plan) (*measure.Result, error) {
	result, err := b.AnyLoad(ctx, t, mix, plan)
	if err == nil && result.Failed() > 0 {
		err = fmt.Errorf("%s under %s: %d requests failed: %v", t.name, mix, result.Failed(), result.Parts[0].Errors)
	}
	return result, err
}

// AnyLoad sends a mix (a named kind of load) to a target program, and allows failed requests. If
// there is no mix with the given name, AnyLoad repeats the operation plan.Step.
func (b *Bench) AnyLoad(ctx context.Context, t Target, mix string, plan drive.Plan) (*measure.Result, error) {
	if found, ok := mixes.Of(mix); ok {
		plan.Step = found.On(t.Accounts)
	}
	plan.URLs, plan.Name, plan.Progress = t.Urls, mix, b.Lab.Options.Progress
	plan.Duration, plan.Warmup, plan.Seed = b.Lab.Options.Duration, b.Lab.Options.Warmup, uint64(len(b.Turns))
	result, err := drive.Run(ctx, plan)
	if err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if len(result.Parts) == 0 {
		return nil, fmt.Errorf("%s under %s: nothing was measured in %v", t.name, mix, b.Lab.Options.Duration)
	}
	b.Turns = append(b.Turns, findings.Turn{Contest: b.Contest, Side: b.side, Round: len(b.Measured[b.side]) + 1, Result: result})
	return result, nil
}
