package reading

import (
	"context"
	"fmt"

	"example.com/pgcqrs/tools/lab/load/baselines/bench"
	"example.com/pgcqrs/tools/lab/load/baselines/score"
	"example.com/pgcqrs/tools/lab/load/drive"
	"example.com/pgcqrs/tools/lab/load/report"
)

// readableRates lists the rates, in writes per second, at which the function Readable measures how
// soon a write can be read. The report states a goal only for the second rate.
var readableRates = []float64{100, 500, 2000}

// Readable measures the time from the answer to a write until the answer to the first read that
// shows the write.
func Readable(ctx context.Context, b *bench.Bench) ([]score.Row, error) {
	service, err := b.Api(ctx, "service", 1)
	if err != nil {
		return nil, err
	}
	if _, err := b.Projector(ctx, service.Base); err != nil {
		return nil, err
	}
	if err := b.CaughtUp(ctx, service.Base); err != nil {
		return nil, err
	}
	var sides []bench.Side
	for _, rate := range readableRates {
		sides = append(sides, bench.Side{Name: rateName(rate), Turn: func(ctx context.Context) (map[string]float64, error) {
			return readYourWrites(ctx, b, service, rate)
		}})
	}
	f, err := b.TakeTurns(ctx, sides...)
	if err != nil {
		return nil, err
	}
	var rows []score.Row
	for _, rate := range readableRates {
		rows = append(rows, readableRows(f, rate)...)
	}
	return rows, nil
}

func rateName(rate float64) string { return report.Number(rate) + "/s" }

func readYourWrites(ctx context.Context, b *bench.Bench, service bench.Target, rate float64) (map[string]float64, error) {
	result, err := b.Load(ctx, service, "read-your-write", drive.Plan{Rate: rate})
	if err != nil {
		return nil, err
	}
	waiting, asking := result.Part("readable by Min-Position").Latency, result.Part("readable by asking again").Latency
	return map[string]float64{
		"": waiting.P50, "write": result.Part("write").Latency.P50, "asking": asking.P50,
		"p99": waiting.P99, "asking p99": asking.P99, "late": result.Schedule.Late.P50,
	}, nil
}

func readableRows(f score.Figures, rate float64) []score.Row {
	at, reach := rateName(rate), score.Goal{}
	if rate == 500 {
		reach = score.AtMost(2.5)
	}
	waiting := f.Row("write → readable by Min-Position, p50 at "+at+" / a write", reach, " ms", at, at+" write")
	waiting.Note = fmt.Sprintf("p99 %s ms; the generator was %s ms late", report.Number(f.Median(at+" p99")), report.Number(f.Median(at+" late")))
	asking := f.Row("write → readable by asking again, p50 at "+at+" / a write", score.Goal{}, " ms", at+" asking", at+" write")
	asking.Note = fmt.Sprintf("p99 %s ms", report.Number(f.Median(at+" asking p99")))
	return []score.Row{waiting, asking}
}

// Reads measures reads of one account by its id.
func Reads(ctx context.Context, b *bench.Bench) ([]score.Row, error) {
	noop, err := b.Noop(ctx)
	if err != nil {
		return nil, err
	}
	service, err := b.Api(ctx, "service", 1)
	if err != nil {
		return nil, err
	}
	projector, err := b.Projector(ctx, service.Base)
	if err != nil {
		return nil, err
	}
	if err := b.CaughtUp(ctx, service.Base); err != nil {
		return nil, err
	}
	projector.Stop()
	f, err := b.TakeTurns(ctx, b.Rate(noop, "read", 64), b.Rate(service, "read", 64))
	if err != nil {
		return nil, err
	}
	row := f.Row("reads by key, 64 clients / no-op handler", score.AtLeast(0.5), bench.PerSecond, "service", "no-op")
	row.Note = bench.LatencyNote(f, "service") + "; " + bench.CpuNote(f, "service")
	return []score.Row{row}, nil
}
