package writing

import (
	"context"
	"fmt"
	"slices"
	"time"

	"example.com/pgcqrs/tools/lab/load/baselines/bench"
	"example.com/pgcqrs/tools/lab/load/baselines/score"
	"example.com/pgcqrs/tools/lab/load/drive"
	"example.com/pgcqrs/tools/lab/load/drive/mixes"
	"example.com/pgcqrs/tools/lab/load/report"
)

// These constants are the rates of this benchmark, as multiples of the service's capacity.
var (
	below = []float64{0.2, 0.5, 0.8}
	above = []float64{2, 5}
)

// overloadClients is the number of connections of an overload: four times MAX_CONNECTIONS. The
// kernel has a queue for connections that wait until the server accepts them, and this number of
// connections fits into that queue. If the queue were full, the kernel would drop connections, and
// TCP would try to open these connections again seconds later. The server could not distinguish
// such attempts from new connections.
const overloadClients = 4096

// Overload sends writes at rates below the service's capacity, and then at rates above its
// capacity.
func Overload(ctx context.Context, b *bench.Bench) ([]score.Row, error) {
	service, err := b.Api(ctx, "service", 1)
	if err != nil {
		return nil, err
	}
	shared, err := b.Apart(service.Server)
	if err != nil {
		return nil, err
	}
	sides := []bench.Side{{Name: "capacity", Turn: func(ctx context.Context) (map[string]float64, error) { return openCapacity(ctx, b, service) }}}
	for _, times := range slices.Concat(below, above) {
		sides = append(sides, bench.Side{Name: timesName(times), Turn: func(ctx context.Context) (map[string]float64, error) {
			return overloaded(ctx, b, service, max(1, times*capacity(b)))
		}})
	}
	for round := range b.Lab.Options.Rounds {
		for _, s := range sides { // the order matters, because the other contestants need the capacity that the first one measures
			if err := b.Round(ctx, round, []bench.Side{s}); err != nil {
				return nil, err
			}
		}
	}
	return overloadRows(b.Measured, shared), nil
}

// openCapacity measures the rate of writes that a closed loop reaches. openCapacity then sends
// writes at that rate in an open loop, and measures how many of them succeed. A closed loop reaches
// a higher rate than an open loop, because in a closed loop each client waits for an answer before
// its next request.
func openCapacity(ctx context.Context, b *bench.Bench, service bench.Target) (map[string]float64, error) {
	closed, err := b.Rate(service, "write", 256).Turn(ctx)
	if err != nil {
		return nil, err
	}
	b.Turns = b.Turns[:len(b.Turns)-1]
	found, err := overloaded(ctx, b, service, closed[""])
	if err == nil {
		found["closed"] = closed[""]
	}
	return found, err
}

// capacity returns the rate of writes that openCapacity has measured last.
func capacity(b *bench.Bench) float64 {
	measured := b.Measured["capacity"]
	return measured[len(measured)-1]
}

func timesName(times float64) string { return fmt.Sprintf("%g×", times) }

// timed returns an operation of a client. The operation sends a write. When the answer comes, the
// operation records two times: the time since the write was due, and the time since the write was
// sent. The difference of the two times is the time for which the write has waited until a
// connection was free.
func timed(accounts *mixes.Accounts) drive.Step {
	return func(c *drive.Client) {
		sent := time.Now()
		answer, err := c.Send(accounts.Deposit(c.Rand.IntN(accounts.Len()), ""))
		c.Record("write", c.Began(), answer, err)
		c.Record("write, from its sending", sent, answer, err)
	}
}

func overloaded(ctx context.Context, b *bench.Bench, service bench.Target, rate float64) (map[string]float64, error) {
	clients := min(overloadClients, 8*b.Lab.Options.Accounts) // fewer in tests, which run everything with small numbers
	result, err := b.AnyLoad(ctx, service, "writes on a schedule", drive.Plan{Rate: rate, Clients: clients, Shed: true, Step: timed(service.Accounts)})
	if err != nil {
		return nil, err
	}
	part, sent := result.Part("write"), result.Part("write, from its sending")
	return map[string]float64{
		"": part.PerSecond, "p50": part.Latency.P50, "p99": part.Latency.P99, "sent p99": sent.Latency.P99, "asked": rate,
		"refused": float64(part.Errors["503 overloaded"]), "broken": float64(part.Failed - part.Errors["503 overloaded"]),
		"unsent": float64(result.Schedule.Unsent), "due": rate * result.Seconds,
		"late": result.Schedule.Late.P99, "api": service.Server.PeakMemory(),
	}, nil
}

func overloadRows(f score.Figures, shared string) []score.Row {
	lowest := timesName(below[0])
	quiet := f.Value("p99 of writes at "+lowest+" of capacity", score.Goal{}, "ms", lowest+" p99")
	quiet.Note = fmt.Sprintf("%s; capacity, of an open loop, %s/s (a closed loop of 256 clients: %s/s); %s",
		shared, report.Number(f.Median("capacity")), report.Number(f.Median("capacity closed")), overloadNote(f, lowest))
	rows := []score.Row{quiet}
	for _, times := range below[1:] {
		name := timesName(times)
		row := f.Row("p99 of writes at "+name+" of capacity / at "+lowest, score.AtMost(5), " ms", name+" p99", lowest+" p99")
		row.Note = overloadNote(f, name)
		rows = append(rows, row)
	}
	for _, times := range above {
		name := timesName(times)
		row := f.Row("written at "+name+" of capacity / capacity", score.AtLeast(0.85), bench.PerSecond, name, "capacity")
		row.Note = overloadNote(f, name)
		rows = append(rows, row, f.Value("p99 of what is written at "+name+" of capacity", score.AtMost(400), "ms", name+" p99"))
	}
	memory := timesName(above[len(above)-1]) + " api"
	return append(rows, f.Value("memory of the API process under it, at most", score.AtMost(150), "MB", memory))
}

// overloadNote returns a text about the outcomes of all writes that were due.
func overloadNote(f score.Figures, name string) string {
	n := func(figure string) string { return report.Number(f.Median(name + " " + figure)) }
	worst := func(figure string) string { return report.Count(int64(score.SpreadOf(f[name+" "+figure]).Max)) }
	return fmt.Sprintf("%s/s asked for, %s/s written; p50 %s ms, p99 %s ms, from their sending %s ms; of %s that were due in a turn at most %s refused, %s failed otherwise, %s not sent as no client was free",
		n("asked"), report.Number(f.Median(name)), n("p50"), n("p99"), n("sent p99"), n("due"), worst("refused"), worst("broken"), worst("unsent"))
}
