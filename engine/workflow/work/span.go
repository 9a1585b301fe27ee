package work

import (
	"context"

	"github.com/riverqueue/river"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"

	"example.com/pgcqrs/engine/tracing"
	"example.com/pgcqrs/engine/workflow/jobs"
)

// traced returns a function that does a job inside a span. The span is in the trace of the event to
// which the workflow has reacted, if that trace is sampled. A job of a schedule begins a new trace.
func traced[T river.JobArgs](tracer *tracing.Tracer, do func(ctx context.Context, job *river.Job[T]) error) func(ctx context.Context, job *river.Job[T]) error {
	if tracer == nil {
		return do
	}
	return func(ctx context.Context, job *river.Job[T]) error {
		cause, _ := jobs.Describe(job.Args)
		parent := tracing.Parse(cause.Traceparent)
		if _, begins := any(job.Args).(jobs.Scheduled); !begins && !parent.IsSampled() {
			return do(ctx, job)
		}
		ctx, span := tracer.Start(ctx, job.Kind+" "+job.Queue, trace.SpanKindConsumer, parent)
		defer span.End() // after a panic, too; a span ends only once
		err := do(ctx, job)
		outcome := outcomeOf(err, job.Attempt >= job.MaxAttempts)
		if span.IsRecording() {
			span.SetAttributes(
				attribute.String("engine.workflow", job.Queue), attribute.String("engine.outcome", outcome),
				attribute.Int("engine.attempt", job.Attempt),
			)
		}
		if outcome != "again" { // a repetition is no failure
			tracing.End(span, err)
		}
		return err
	}
}
