package baselines

import (
	"context"
	"fmt"
	"time"

	"example.com/pgcqrs/test/load/drive"
	"example.com/pgcqrs/test/load/report"
)

// overloads are shares of what the service can do.
var overloads = []float64{0.8, 1, 2, 5}

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
	return append(rows, f.value("memory of the API process under it, at most", Goal{}, "MB", timesName(overloads[len(overloads)-1])+" api")), nil
}

// capacity is what a closed loop got last.
func (b *bench) capacity() float64 {
	measured := b.measured["capacity"]
	return measured[len(measured)-1]
}

func timesName(times float64) string { return fmt.Sprintf("%g×", times) }

// timed is a write that is measured from when it was due, and again from when it was
// sent: what lies between is the time that it waited for a connection.
func timed(c *drive.Client) {
	sent := time.Now()
	answer, err := c.Send(c.Accounts().Deposit(c.Rand.IntN(c.Accounts().Len()), ""))
	c.Record("write", c.Began(), answer, err)
	c.Record("write, from its sending", sent, answer, err)
}

func (b *bench) overloaded(ctx context.Context, service target, rate float64) (map[string]float64, error) {
	clients := min(overloadClients, 8*b.Accounts) // fewer where everything is small: in tests
	result, err := b.anyLoad(ctx, service, "writes on a schedule", drive.Plan{Rate: rate, Clients: clients, Step: timed})
	if err != nil {
		return nil, err
	}
	part, sent := result.Part("write"), result.Part("write, from its sending")
	all := float64(part.Count + part.Failed)
	return map[string]float64{
		"": part.PerSecond, "p50": part.Latency.P50, "p99": part.Latency.P99, "sent p99": sent.Latency.P99, "asked": rate, "sent": part.PerSecond + part.FailedPerSecond,
		"refused": 100 * float64(part.Errors["503 overloaded"]) / all,
		"broken":  100 * float64(part.Failed-part.Errors["503 overloaded"]) / all,
		"late":    result.Schedule.Late.P99, "api": service.server.peakMemory(),
	}, nil
}

func overloadRow(f figures, name string) Row {
	row := f.row("writes answered at "+name+" of capacity / capacity", Goal{}, perSecond, name, "capacity")
	n := func(figure string) string { return report.Number(f.median(name + " " + figure)) }
	row.Note = fmt.Sprintf("%s/s asked for, %s/s answered at all; p50 %s ms, p99 %s ms of the written, from their sending p99 %s ms; %s %% 503, %s %% other errors",
		n("asked"), n("sent"), n("p50"), n("p99"), n("sent p99"), n("refused"), n("broken"))
	return row
}
