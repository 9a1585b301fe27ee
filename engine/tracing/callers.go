package tracing

import (
	"context"

	"go.opentelemetry.io/otel/trace"
)

// Callers collects the spans of several callers for which one piece of work is done, such as the
// commands of a group. The zero value has no spans.
type Callers struct {
	spans []trace.Span
	links []trace.Link
}

// Add adds the span of a caller. If the span is nil or is not sampled, Add does nothing.
func (c *Callers) Add(span trace.Span) {
	if span == nil {
		return
	}
	at := span.SpanContext()
	if !at.IsSampled() {
		return
	}
	c.spans = append(c.spans, span)
	c.links = append(c.links, trace.Link{SpanContext: at})
}

// Start starts one span for all callers. The span is in the trace of the first caller, and has
// links to the spans of all callers. The spans of the other callers get links to the new span, so
// that each caller's trace leads to it. If no caller has a sampled span, Start starts no span. The
// caller of Start must end the span.
func (c *Callers) Start(ctx context.Context, does, what string) (context.Context, trace.Span) {
	if len(c.spans) == 0 {
		return ctx, none
	}
	name := does
	if what != "" {
		name += " " + what
	}
	first := c.spans[0]
	ctx, span := first.TracerProvider().Tracer(scope).Start(trace.ContextWithSpan(ctx, first), name, trace.WithLinks(c.links...))
	for _, other := range c.spans[1:] {
		other.AddLink(trace.Link{SpanContext: span.SpanContext()})
	}
	return ctx, span
}
