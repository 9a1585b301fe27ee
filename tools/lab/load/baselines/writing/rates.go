package writing

import (
	"context"

	"example.com/pgcqrs/tools/lab/load/baselines/bench"
	"example.com/pgcqrs/tools/lab/load/baselines/score"
	"example.com/pgcqrs/tools/lab/load/report"
)

// fixedRates lists the rates at which Rates measures, in writes per second.
var fixedRates = []float64{1_000, 5_000, 10_000}

// Rates sends writes at fixed rates, while no projector runs. The results are absolute figures, and
// not ratios of two contestants.
func Rates(ctx context.Context, b *bench.Bench) ([]score.Row, error) {
	service, err := b.Api(ctx, "service", 1)
	if err != nil {
		return nil, err
	}
	var sides []bench.Side
	for _, rate := range fixedRates {
		sides = append(sides, b.AtRate(service, "write", rate))
	}
	f, err := b.TakeTurns(ctx, sides...)
	if err != nil {
		return nil, err
	}
	var rows []score.Row
	for i, rate := range fixedRates {
		rows = append(rows, ratesRow(f, sides[i].Name, rate))
	}
	return rows, nil
}

func ratesRow(f score.Figures, side string, rate float64) score.Row {
	row := f.Value(report.Number(rate)+"/s", score.Goal{}, "ms", side+" p50")
	for _, figure := range []struct{ name, of, unit string }{
		{"written", "", bench.PerSecond}, {"refused, or failed", " refused", bench.PerSecond}, {"p50", " p50", " ms"}, {"p99", " p99", " ms"},
		{"processor time per command: API", " cpu", " µs"}, {"PostgreSQL", " postgres cpu", " µs"}, {"generator", " generator cpu", " µs"},
	} {
		row.Figures = append(row.Figures, score.Figure{Name: figure.name, Unit: figure.unit, Value: score.SpreadOf(f[side+figure.of])})
	}
	return row
}
