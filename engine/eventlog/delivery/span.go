package delivery

import (
	"context"
	"errors"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog/flight"
	"example.com/pgcqrs/engine/tracing"
)

// startSpan starts the span of a flight. If no append of the batch has a sampled span, startSpan
// starts no span.
func startSpan(ctx context.Context, batch []*Pending) trace.Span {
	var callers tracing.Callers
	for _, p := range batch {
		callers.Add(p.Span)
	}
	_, span := callers.Start(ctx, "flight", "")
	return span
}

// endSpan ends the span of a flight.
func endSpan(span trace.Span, batch []*Pending, outcomes []flight.Outcome, err error) {
	if span.IsRecording() {
		events, conflicts := 0, 0
		for i, p := range batch {
			events += len(p.Rows.Events)
			if err == nil && errors.Is(outcomes[i].Err, event.ErrConflict) {
				conflicts++
			}
		}
		span.SetAttributes(attribute.Int("engine.appends", len(batch)), attribute.Int("engine.events", events), attribute.Int("engine.conflicts", conflicts))
	}
	tracing.End(span, err)
}
