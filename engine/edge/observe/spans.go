package observe

import (
	"net/http"
	"strconv"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"example.com/pgcqrs/engine/edge/request"
	"example.com/pgcqrs/engine/tracing"
)

// spans starts and ends the spans of requests. The attributes are those of OpenTelemetry's
// conventions for HTTP servers, without the attributes whose values a client chooses or that
// identify a person: the path, the query, the client's address and the user agent.
type spans struct {
	tracer *tracing.Tracer
	skip   func(path string) bool // reports whether requests to a path, such as a probe's, have no span
}

// start starts the span of a request, in the trace that the client's header traceparent names. If
// requests are not traced, start returns the request unchanged.
func (s spans) start(r *http.Request) (*http.Request, trace.Span) {
	if s.tracer == nil || s.skip(r.URL.Path) {
		return r, trace.SpanFromContext(r.Context())
	}
	known := request.Of(r.Context())
	ctx, span := s.tracer.Start(r.Context(), spanMethod(r.Method), trace.SpanKindServer, known.Parent())
	known.Trace(span.SpanContext())
	return r.WithContext(ctx), span
}

// end ends the span of a request. The name of the span is the method and the route.
func (s spans) end(span trace.Span, r *http.Request, route string, status int) {
	if !span.IsRecording() {
		return
	}
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	method := knownMethod(r.Method)
	if method == "other" {
		method = "_OTHER"
	}
	span.SetAttributes(
		attribute.String("http.request.method", method), attribute.String("url.scheme", scheme),
		attribute.Int("http.response.status_code", status),
		attribute.String("network.protocol.version", strconv.Itoa(r.ProtoMajor)+"."+strconv.Itoa(r.ProtoMinor)),
	)
	if route != "none" {
		span.SetName(spanMethod(r.Method) + " " + route)
		span.SetAttributes(attribute.String("http.route", route))
	}
	known := request.Of(r.Context())
	if known.Operation.ID != "" {
		span.SetAttributes(attribute.String("engine.operation", known.Operation.ID), attribute.String("engine.outcome", outcome(known)))
	}
	if status >= http.StatusInternalServerError {
		span.SetStatus(codes.Error, "")
		span.SetAttributes(attribute.String("error.type", strconv.Itoa(status)))
	}
	span.End()
}

// spanMethod returns the method for the name of a span.
func spanMethod(method string) string {
	if method = knownMethod(method); method == "other" {
		return "HTTP"
	}
	return method
}
