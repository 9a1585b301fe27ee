package baselines

import (
	"context"
	"fmt"

	"example.com/pgcqrs/tools/lab/load/drive"
	"example.com/pgcqrs/tools/lab/load/report"
)

// following is writes while a projector keeps up, and what both processes take.
func (b *bench) following(ctx context.Context) ([]Row, error) {
	service, err := b.api(ctx, "service", 1)
	if err != nil {
		return nil, err
	}
	off := b.rate(service, "write", 64)
	off.name = "off"
	f, err := b.takeTurns(ctx, off, b.followed("on", service, lagSQL))
	if err != nil {
		return nil, err
	}
	row := f.row("writes with the projector keeping up / projector off", atLeast(0.70), perSecond, "on", "off")
	row.Note = lagNote(f, "on")
	return []Row{
		row,
		f.value("memory of the API process, at most", atMost(150), "MB", "on api"),
		f.value("memory of the projector, at most", atMost(150), "MB", "on projector"),
	}, nil
}

func lagNote(f figures, side string) string {
	return fmt.Sprintf("lag at most %s events, %s at the end and gone %s s later",
		report.Number(spreadOf(f[side+" lag"]).Max), report.Number(f.median(side+" left")), report.Number(f.median(side+" drain")))
}

// followed is the writes a second while a projector follows. It has caught up before
// the turn begins, and is given the time to finish after it.
func (b *bench) followed(name string, service target, lagSQL string, environment ...string) side {
	return side{name, func(ctx context.Context) (map[string]float64, error) {
		projector, err := b.projector(ctx, service.base, environment...)
		if err != nil {
			return nil, err
		}
		defer projector.stop()
		if _, err := b.drained(ctx, service.base, lagSQL); err != nil {
			return nil, err
		}
		watch := b.watchLag(ctx, service.base, lagSQL)
		result, err := b.load(ctx, service, "write", drive.Plan{Clients: 64})
		lag := watch.stop()
		if err != nil {
			return nil, err
		}
		drained, err := b.drained(ctx, service.base, lagSQL)
		return map[string]float64{
			"": result.Parts[0].PerSecond, "lag": lag.most, "left": lag.last, "drain": drained.Seconds(),
			"api": service.server.peakMemory(), "projector": projector.peakMemory(),
		}, err
	}}
}

// relaying adds the broker: what the outbox holds is published, too.
func (b *bench) relaying(ctx context.Context) ([]Row, error) {
	service, err := b.api(ctx, "service", 1)
	if err != nil {
		return nil, err
	}
	broker, err := b.broker(ctx)
	if err != nil {
		return nil, err
	}
	off := b.rate(service, "write", 64)
	off.name = "off"
	f, err := b.takeTurns(ctx, off, b.followed("on", service, relayLagSQL, "NATS_URL="+broker))
	if err != nil {
		return nil, err
	}
	row := f.row("writes with projector, relay and NATS JetStream / all off", Goal{}, perSecond, "on", "off")
	row.Note = lagNote(f, "on")
	return []Row{row}, nil
}
