package writing

import (
	"context"

	"example.com/pgcqrs/tools/lab/load/baselines/bench"
	"example.com/pgcqrs/tools/lab/load/baselines/score"
)

// micros is the unit of processor time per command.
const micros = " µs"

// Traced compares the processor time of a command without traces, with one trace in a hundred, and
// with all traces. If the flag -before names a commit, Traced also measures the API of that commit,
// and compares all others with it.
func Traced(ctx context.Context, b *bench.Bench) ([]score.Row, error) {
	collector, err := b.Collector(ctx)
	if err != nil {
		return nil, err
	}
	export := "OTEL_EXPORTER_OTLP_ENDPOINT=" + collector
	off, err := b.Api(ctx, "off", 1)
	if err != nil {
		return nil, err
	}
	some, err := b.Api(ctx, "some", 1, export, "OTEL_TRACES_SAMPLER=traceidratio", "OTEL_TRACES_SAMPLER_ARG=0.01")
	if err != nil {
		return nil, err
	}
	all, err := b.Api(ctx, "all", 1, export)
	if err != nil {
		return nil, err
	}
	sides, under := []bench.Side{b.Rate(off, "write", 64), b.Rate(some, "write", 64), b.Rate(all, "write", 64)}, "off"
	if b.Lab.Options.Before != "" {
		before, err := b.ApiBefore(ctx, "before")
		if err != nil {
			return nil, err
		}
		sides, under = append(sides, b.Rate(before, "write", 64)), "before"
	}
	f, err := b.TakeTurns(ctx, sides...)
	if err != nil {
		return nil, err
	}
	return tracedRows(f, under), nil
}

// tracedRows returns the rows of the report. The parameter under is the name of the contestant with
// which the others are compared.
func tracedRows(f score.Figures, under string) (rows []score.Row) {
	for _, side := range []struct {
		name, title string
		reach       score.Goal
	}{
		{"off", "processor time of a command: traces off / " + under, score.AtMost(1.01)},
		{"some", "the same: 1 % of traces / " + under, score.AtMost(1.03)},
		{"all", "the same: all traces / " + under, score.Goal{}},
	} {
		if side.name == under {
			continue
		}
		row := f.Row(side.title, side.reach, micros, side.name+" cpu", under+" cpu")
		row.Note = bench.LatencyNote(f, side.name) + "; " + bench.CpuNote(f, side.name)
		rows = append(rows, row)
	}
	return rows
}
