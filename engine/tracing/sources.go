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

// Sources collects the traces of the events of a batch. A nil Sources collects nothing.
type Sources struct {
	tracer trace.Tracer
	links  []trace.Link
	last   string
}

// Add adds the trace of an event, by its stored traceparent. If the trace is not sampled, Add does
// nothing.
func (s *Sources) Add(traceparent string) {
	if s == nil || traceparent == "" || traceparent == s.last { // the events of one command have the same traceparent
		return
	}
	s.last = traceparent
	if source := Parse(traceparent); source.IsSampled() {
		s.links = append(s.links, trace.Link{SpanContext: source})
	}
}

// Start starts the spans of a batch: one for each 128 events, because a span can't have more links.
// Each span is in the trace of its first event, and has links to the traces of all its events. The
// returned context has the first span. If no event has a sampled trace, Start starts no span, and
// returns ctx. The caller must call End.
func (s *Sources) Start(ctx context.Context, does, what string, kind trace.SpanKind) (context.Context, Spans) {
	if s == nil {
		return ctx, nil
	}
	var all Spans
	for links := range slices.Chunk(s.links, mostLinks) {
		parent := trace.ContextWithRemoteSpanContext(ctx, links[0].SpanContext)
		_, span := s.tracer.Start(parent, does+" "+what, trace.WithSpanKind(kind), trace.WithLinks(links...))
		all = append(all, span)
	}
	if len(all) > 0 {
		ctx = trace.ContextWithSpan(ctx, all[0])
	}
	return ctx, all
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
