package baselines

import (
	"context"
	"fmt"

	"example.com/pgcqrs/tools/lab/load/drive"
	"example.com/pgcqrs/tools/lab/load/report"
)

// readableRates are writes a second; the row that has something to reach is the second's.
var readableRates = []float64{100, 500, 2000}

// readable is from a write's answer to the answer of the first read that shows it.
func (b *bench) readable(ctx context.Context) ([]Row, error) {
	service, err := b.api(ctx, "service", 1)
	if err != nil {
		return nil, err
	}
	if _, err := b.projector(ctx, service.base); err != nil {
		return nil, err
	}
	if err := b.caughtUp(ctx, service.base); err != nil {
		return nil, err
	}
	var sides []side
	for _, rate := range readableRates {
		sides = append(sides, side{rateName(rate), func(ctx context.Context) (map[string]float64, error) {
			return b.readYourWrites(ctx, service, rate)
		}})
	}
	f, err := b.takeTurns(ctx, sides...)
	if err != nil {
		return nil, err
	}
	var rows []Row
	for _, rate := range readableRates {
		rows = append(rows, readableRows(f, rate)...)
	}
	return rows, nil
}

func rateName(rate float64) string { return report.Number(rate) + "/s" }

func (b *bench) readYourWrites(ctx context.Context, service target, rate float64) (map[string]float64, error) {
	result, err := b.load(ctx, service, "read-your-write", drive.Plan{Rate: rate})
	if err != nil {
		return nil, err
	}
	waiting, asking := result.Part("readable by Min-Position").Latency, result.Part("readable by asking again").Latency
	return map[string]float64{
		"": waiting.P50, "write": result.Part("write").Latency.P50, "asking": asking.P50,
		"p99": waiting.P99, "asking p99": asking.P99, "late": result.Schedule.Late.P50,
	}, nil
}

func readableRows(f figures, rate float64) []Row {
	at, reach := rateName(rate), Goal{}
	if rate == 500 {
		reach = atMost(2.5)
	}
	waiting := f.row("write → readable by Min-Position, p50 at "+at+" / a write", reach, " ms", at, at+" write")
	waiting.Note = fmt.Sprintf("p99 %s ms; the generator was %s ms late", report.Number(f.median(at+" p99")), report.Number(f.median(at+" late")))
	asking := f.row("write → readable by asking again, p50 at "+at+" / a write", Goal{}, " ms", at+" asking", at+" write")
	asking.Note = fmt.Sprintf("p99 %s ms", report.Number(f.median(at+" asking p99")))
	return []Row{waiting, asking}
}

// reads are by key.
func (b *bench) reads(ctx context.Context) ([]Row, error) {
	noop, err := b.noop(ctx)
	if err != nil {
		return nil, err
	}
	service, err := b.api(ctx, "service", 1)
	if err != nil {
		return nil, err
	}
	projector, err := b.projector(ctx, service.base)
	if err != nil {
		return nil, err
	}
	if err := b.caughtUp(ctx, service.base); err != nil {
		return nil, err
	}
	projector.stop()
	f, err := b.takeTurns(ctx, b.rate(noop, "read", 64), b.rate(service, "read", 64))
	if err != nil {
		return nil, err
	}
	row := f.row("reads by key, 64 clients / no-op handler", atLeast(0.5), perSecond, "service", "no-op")
	row.Note = latencyNote(f, "service") + "; " + cpuNote(f, "service")
	return []Row{row}, nil
}
