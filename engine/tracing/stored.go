package tracing

import (
	"context"
	"encoding/hex"

	"go.opentelemetry.io/otel/trace"
)

// Parse returns the span that a traceparent names (W3C Trace Context). If the traceparent is not
// valid, the result is not valid either. The traceparent must have no fields of a later version of
// the standard: engine/edge/request removes them.
func Parse(traceparent string) trace.SpanContext {
	const size = len("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
	if len(traceparent) != size {
		return trace.SpanContext{}
	}
	traceID, badTrace := trace.TraceIDFromHex(traceparent[3:35])
	spanID, badSpan := trace.SpanIDFromHex(traceparent[36:52])
	flags, badFlags := hex.DecodeString(traceparent[53:])
	if badTrace != nil || badSpan != nil || badFlags != nil {
		return trace.SpanContext{}
	}
	return trace.NewSpanContext(trace.SpanContextConfig{
		TraceID: traceID, SpanID: spanID, TraceFlags: trace.TraceFlags(flags[0]) & trace.FlagsSampled, Remote: true,
	})
}

// Traceparent returns the traceparent that names a sampled span, or "" if the span is not sampled.
func Traceparent(span trace.SpanContext) string {
	if !span.IsSampled() {
		return ""
	}
	return "00-" + span.TraceID().String() + "-" + span.SpanID().String() + "-01"
}

// Of returns the traceparent of ctx's span, or "" if ctx has no sampled span.
func Of(ctx context.Context) string { return Traceparent(trace.SpanContextFromContext(ctx)) }
