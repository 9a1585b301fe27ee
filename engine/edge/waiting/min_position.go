package waiting

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.opentelemetry.io/otel/attribute"

	"example.com/pgcqrs/engine/edge/problem"
	"example.com/pgcqrs/engine/edge/query"
	"example.com/pgcqrs/engine/edge/request"
	"example.com/pgcqrs/engine/tracing"
)

// Wait waits until a read model has reached a position, and then returns nil. If ctx ends first,
// Wait returns ctx's error.
type Wait func(ctx context.Context, readModel string, position int64) error

// Positions makes a read wait until the read model has reached the position in the header
// Min-Position.
type Positions struct {
	wait    Wait
	waits   *Waits
	seconds *prometheus.HistogramVec
}

// NewPositions returns Positions and registers the metric.
func NewPositions(wait Wait, waits *Waits, registry prometheus.Registerer) *Positions {
	p := &Positions{wait, waits, prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "http_min_position_wait_seconds", Help: "Time that reads waited for their Min-Position, by whether the read model got there; refused: too many reads waited already.",
		Buckets: prometheus.ExponentialBuckets(0.0005, 2, 17), // from 0.5 ms to 33 s
	}, []string{"read_model", "outcome"})}
	registry.MustRegister(p.seconds)
	return p
}

// Await waits until the read model has reached the position in the header Min-Position, and then
// returns nil. If the read model does not reach the position within the time that the header Prefer
// allows, Await returns problem.ErrPositionNotReached. If minPosition is nil, Await returns nil
// immediately.
func (p *Positions) Await(ctx context.Context, readModel string, minPosition, prefer *string) error {
	if minPosition == nil {
		return nil
	}
	position, err := strconv.ParseInt(*minPosition, 10, 64)
	if err != nil {
		return problem.Invalid{{Field: "Min-Position", Rule: new("maximum"), Detail: "must be at most 9223372036854775807"}}
	}
	wait, asked := query.WaitOf(prefer)
	if asked {
		request.Of(ctx).Answer.Set("Preference-Applied", fmt.Sprintf("wait=%d", int(wait.Seconds())))
	}
	ctx, span := tracing.Child(ctx, "wait for", readModel)
	became, took := "refused", time.Duration(0)
	err = p.waits.Run(ctx, func() error {
		start := time.Now()
		err := p.reach(ctx, readModel, position, wait)
		became, took = "reached", time.Since(start)
		if err != nil {
			became = "not_reached"
		}
		return err
	})
	tracing.Observe(p.seconds.WithLabelValues(readModel, became), took.Seconds(), span)
	if span.IsRecording() {
		span.SetAttributes(attribute.String("engine.outcome", became), attribute.Int64("engine.position", position))
	}
	tracing.End(span, err)
	if err != nil {
		return fmt.Errorf("wait for %s at %d: %w", readModel, position, err)
	}
	return nil
}

// reach waits for at most the given time, but at least long enough to ask once for the position of
// the read model.
func (p *Positions) reach(ctx context.Context, readModel string, position int64, wait time.Duration) error {
	bounded, cancel := context.WithTimeout(ctx, max(wait, query.LeastWait))
	defer cancel()
	err := p.wait(bounded, readModel, position)
	if err != nil && ctx.Err() == nil && errors.Is(err, context.DeadlineExceeded) {
		return problem.ErrPositionNotReached
	}
	return err
}
