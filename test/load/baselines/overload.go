package baselines

import (
	"context"
	"fmt"

	"example.com/pgcqrs/test/load/drive"
	"example.com/pgcqrs/test/load/report"
)

// overloads are shares of what the service can do.
var overloads = []float64{1, 2, 5}

// most connections of an overload: more than the service lets wait (MAX_COMMANDS).
const overloadClients = 8192

// overload asks for what a closed loop got, and for more.
func (b *bench) overload(ctx context.Context) ([]Row, error) {
	service, err := b.api(ctx, "service", 1)
	if err != nil {
		return nil, err
	}
	capacity := b.rate(service, "write", 256)
	capacity.name = "capacity"
	sides := []side{capacity}
	for _, times := range overloads {
		sides = append(sides, side{timesName(times), func(ctx context.Context) (map[string]float64, error) {
			return b.overloaded(ctx, service, times*b.capacity())
		}})
	}
	f := b.measured
	for round := range b.Rounds {
		for _, s := range sides { // in this order: the capacity comes first
			if err := b.round(ctx, round, []side{s}); err != nil {
				return nil, err
			}
		}
	}
	var rows []Row
	for _, times := range overloads {
		rows = append(rows, overloadRow(f, timesName(times)))
	}
	return append(rows, f.value("memory of the API process under it, at most", Goal{}, "MB", timesName(overloads[2])+" api")), nil
}

// capacity is what a closed loop got last.
func (b *bench) capacity() float64 {
	measured := b.measured["capacity"]
	return measured[len(measured)-1]
}

func timesName(times float64) string { return fmt.Sprintf("%g×", times) }

func (b *bench) overloaded(ctx context.Context, service target, rate float64) (map[string]float64, error) {
	result, err := b.anyLoad(ctx, service, "write", drive.Plan{Rate: rate, Clients: overloadClients})
	if err != nil {
		return nil, err
	}
	part := result.Part("write")
	all := float64(part.Count + part.Failed)
	return map[string]float64{
		"": part.PerSecond, "p50": part.Latency.P50, "p99": part.Latency.P99, "asked": rate, "sent": part.PerSecond + part.FailedPerSecond,
		"refused": 100 * float64(part.Errors["503 overloaded"]) / all,
		"broken":  100 * float64(part.Failed-part.Errors["503 overloaded"]) / all,
		"late":    result.Schedule.Late.P99, "api": service.server.peakMemory(),
	}, nil
}

func overloadRow(f figures, name string) Row {
	row := f.row("writes answered at "+name+" of capacity / capacity", Goal{}, perSecond, name, "capacity")
	n := func(figure string) string { return report.Number(f.median(name + " " + figure)) }
	row.Note = fmt.Sprintf("%s/s asked for, %s/s answered at all; p50 %s ms, p99 %s ms of the answered; %s %% 503, %s %% other errors",
		n("asked"), n("sent"), n("p50"), n("p99"), n("refused"), n("broken"))
	return row
}
