package tracing

import (
	"context"
	"slices"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
)

// mostLinks is the number of links that a span can have. OpenTelemetry drops further links.
const mostLinks = 128

// StartBatch starts the spans of a batch: one for each 128 events, because a span can't have more
// links. The function traceparent returns the stored traceparent of an event of the batch, or "".
// Each span is in the trace of its first event, and has links to the traces of all its events. The
// returned context has the first span. If the Tracer is nil, or no event has a sampled trace,
// StartBatch starts no span, and returns ctx. The caller must call End.
func StartBatch[E any](ctx context.Context, t *Tracer, batch []E, traceparent func(E) string, does, what string, kind trace.SpanKind) (context.Context, Spans) {
	if t == nil {
		return ctx, nil
	}
	var all Spans
	for links := range slices.Chunk(linksTo(batch, traceparent), mostLinks) {
		parent := trace.ContextWithRemoteSpanContext(ctx, links[0].SpanContext)
		_, span := t.tracer.Start(parent, does+" "+what, trace.WithSpanKind(kind), trace.WithLinks(links...))
		all = append(all, span)
	}
	if len(all) > 0 {
		ctx = trace.ContextWithSpan(ctx, all[0])
	}
	return ctx, all
}

// linksTo returns links to the sampled traces of events. Events of one command follow each other,
// and have the same traceparent, so they get one link.
func linksTo[E any](batch []E, traceparent func(E) string) (links []trace.Link) {
	last := ""
	for _, e := range batch {
		this := traceparent(e)
		if this == "" || this == last {
			continue
		}
		last = this
		if source := Parse(this); source.IsSampled() {
			links = append(links, trace.Link{SpanContext: source})
		}
	}
	return links
}

// Spans has the spans of a batch of events.
type Spans []trace.Span

// End ends all spans of a batch. The spans get the number of events, and the number of events that
// have failed.
func (s Spans) End(events, failed int, err error) {
	for _, span := range s {
		span.SetAttributes(attribute.Int("engine.events", events))
		if failed > 0 {
			span.SetAttributes(attribute.Int("engine.failed", failed))
			span.SetStatus(codes.Error, "")
		}
		End(span, err)
	}
}
