// Package tracing answers one question: how does one trace id lead from a request to everything
// that follows from it? Package tracing starts the engine's spans, and converts the traceparent
// that is stored with an event.
//
// In reading order: tracer.go has Tracer, which starts the spans of requests and of background
// work; child.go starts a span inside the span of a context; callers.go starts one span for several
// callers, such as the commands of a group; batch.go starts the spans of a batch of events, from
// their stored traceparents; stored.go converts traceparents; exemplar.go observes a value with an
// exemplar.
//
// Package tracing uses only the API of OpenTelemetry: engine/process/telemetry creates the provider
// of the spans. Without a provider, no function of package tracing allocates memory or starts a
// span. Spans inside a request need no Tracer: they use the provider of the request's span, and
// exist only if that span is sampled.
//
// An attribute of a span must never have a value that a client has chosen, or an id of a stream or a
// person. It must never have the text of an error, or a statement's values. Traces are stored
// outside of the service, and nothing erases personal data there.
package tracing
