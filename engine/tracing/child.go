package tracing

import (
	"context"
	"errors"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"
)

// scope names the engine as the source of its spans.
const scope = "example.com/pgcqrs/engine"

// none is the span of work that is not traced. All its methods do nothing.
var none trace.Span = noop.Span{}

// Child starts a span inside the span of ctx, if that span is sampled. The name of the span
// consists of the two words does and what, such as "load" and the type of a stream. The caller must
// end the span.
func Child(ctx context.Context, does, what string) (context.Context, trace.Span) {
	parent := trace.SpanFromContext(ctx)
	if !parent.SpanContext().IsSampled() {
		return ctx, none
	}
	return parent.TracerProvider().Tracer(scope).Start(ctx, does+" "+what)
}

// Detach returns a context with the values of ctx, which does not end when ctx ends, and which has
// no span. Detach is for a goroutine that works for several callers.
func Detach(ctx context.Context) context.Context {
	ctx = context.WithoutCancel(ctx)
	if !trace.SpanFromContext(ctx).SpanContext().IsValid() {
		return ctx
	}
	return trace.ContextWithSpan(ctx, none)
}

// End ends a span. If err is not nil, the span gets the status Error and the kind of the error, but
// not its text, which may contain data of a client.
func End(span trace.Span, err error) {
	if err != nil && span.IsRecording() {
		span.SetStatus(codes.Error, "")
		span.SetAttributes(attribute.String("error.type", kindOf(err)))
	}
	span.End()
}

// kindOf returns the kind of an error, for the attribute error.type.
func kindOf(err error) string {
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return "timeout"
	case errors.Is(err, context.Canceled):
		return "canceled"
	}
	return "_OTHER" // the conventions of OpenTelemetry have this value for errors of no known kind
}
