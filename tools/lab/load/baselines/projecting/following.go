package projecting

import (
	"context"

	"example.com/pgcqrs/tools/lab/load/baselines/bench"
	"example.com/pgcqrs/tools/lab/load/baselines/score"
	"example.com/pgcqrs/tools/lab/load/drive"
)

// Following measures writes per second with and without a running projector, and compares both
// rates. Following also measures the memory of the API process and of the projector.
func Following(ctx context.Context, b *bench.Bench) ([]score.Row, error) {
	service, err := b.Api(ctx, "service", 1)
	if err != nil {
		return nil, err
	}
	off := b.Rate(service, "write", 64)
	off.Name = "off"
	f, err := b.TakeTurns(ctx, off, followed(b, "on", service, bench.LagSQL))
	if err != nil {
		return nil, err
	}
	row := f.Row("writes with the projector keeping up / projector off", score.AtLeast(0.70), bench.PerSecond, "on", "off")
	row.Note = bench.LagNote(f, "on")
	return []score.Row{
		row,
		f.Value("memory of the API process, at most", score.AtMost(150), "MB", "on api"),
		f.Value("memory of the projector, at most", score.AtMost(150), "MB", "on projector"),
	}, nil
}

// followed returns a contestant of a benchmark (one of the configurations that the benchmark
// compares). The contestant measures the writes per second while a projector applies the events of
// these writes. The projector has caught up before the measurement begins. When the measurement
// ends, the projector may be behind the log.
func followed(b *bench.Bench, name string, service bench.Target, lagSQL string, environment ...string) bench.Side {
	return bench.Side{Name: name, Turn: func(ctx context.Context) (map[string]float64, error) {
		projector, err := b.Projector(ctx, service.Base, environment...)
		if err != nil {
			return nil, err
		}
		defer projector.Stop()
		if _, err := b.Drained(ctx, service.Base, lagSQL); err != nil {
			return nil, err
		}
		watch := b.WatchLag(ctx, service.Base, lagSQL)
		result, err := b.Load(ctx, service, "write", drive.Plan{Clients: 64})
		lag := watch.Stop()
		if err != nil {
			return nil, err
		}
		drained, err := b.Drained(ctx, service.Base, lagSQL)
		return map[string]float64{
			"": result.Parts[0].PerSecond, "lag": lag.Most, "left": lag.Last, "drain": drained.Seconds(),
			"api": service.Server.PeakMemory(), "projector": projector.PeakMemory(),
		}, err
	}}
}

// Relaying compares the writes per second in two situations: without a projector, and with a
// projector whose relay publishes the messages of the outbox to a broker.
func Relaying(ctx context.Context, b *bench.Bench) ([]score.Row, error) {
	service, err := b.Api(ctx, "service", 1)
	if err != nil {
		return nil, err
	}
	broker, err := b.Broker(ctx)
	if err != nil {
		return nil, err
	}
	off := b.Rate(service, "write", 64)
	off.Name = "off"
	f, err := b.TakeTurns(ctx, off, followed(b, "on", service, bench.RelayLagSQL, "NATS_URL="+broker))
	if err != nil {
		return nil, err
	}
	row := f.Row("writes with projector, relay and NATS JetStream / all off", score.Goal{}, bench.PerSecond, "on", "off")
	row.Note = bench.LagNote(f, "on")
	return []score.Row{row}, nil
}
