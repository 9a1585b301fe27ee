package otlp

import (
	"bytes"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"go.opentelemetry.io/otel/trace"

	"example.com/pgcqrs/engine/enginetest/collector"
	"example.com/pgcqrs/engine/process/telemetry"
)

// Spans arrive at the collector at the latest when flush returns, with the headers and the
// attributes of the target.
func TestSpansArrive(t *testing.T) {
	t.Parallel()
	sent := collector.Start(t)
	provider, flush, err := Open(telemetry.Target{
		URL: sent.URL + "/v1/traces", Headers: map[string]string{"api-key": "x"}, Sampler: "always_on",
		Resource: map[string]string{"service.name": "orders-api"},
	}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	_, span := provider.Tracer("x").Start(t.Context(), "work")
	span.End()
	if err := flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	spans := sent.Of(span.SpanContext().TraceID().String(), "work")
	if len(spans) != 1 || spans[0].Service != "orders-api" || sent.Headers()[0].Get("Api-Key") != "x" {
		t.Errorf("got %+v with %v", spans, sent.Headers())
	}
	if received := sent.Received(); strings.Contains(received, "process.command") || strings.Contains(received, "host.name") {
		t.Error("the resource has attributes of the machine")
	}
}

// A sampler with a name that begins with parentbased follows the client. The others do not.
func TestSamplers(t *testing.T) {
	t.Parallel()
	sampled := trace.NewSpanContext(trace.SpanContextConfig{TraceID: trace.TraceID{15: 1}, SpanID: trace.SpanID{7: 1}, TraceFlags: trace.FlagsSampled, Remote: true})
	for name, want := range map[string][3]bool{ // without a parent, with a sampled one, with one that is not sampled
		"always_on": {true, true, true}, "always_off": {}, "traceidratio": {false, false, false},
		"parentbased_always_on": {true, true, false}, "parentbased_always_off": {false, true, false}, "parentbased_traceidratio": {false, true, false},
	} {
		provider, flush, err := Open(telemetry.Target{URL: "http://127.0.0.1:1/v1/traces", Sampler: name}, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		for i, parent := range []trace.SpanContext{{}, sampled, sampled.WithTraceFlags(0)} {
			_, span := provider.Tracer("x").Start(trace.ContextWithRemoteSpanContext(t.Context(), parent), "work")
			if span.SpanContext().IsSampled() != want[i] {
				t.Errorf("%s samples parent %d: %t", name, i, !want[i])
			}
		}
		_ = flush(t.Context()) // no span has ended, so nothing is sent
	}
}

// Errors of the export are logged.
func TestErrorsAreLogged(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	exportErrors{slog.New(slog.NewTextHandler(&log, nil))}.Handle(errors.New("away"))
	if !strings.Contains(log.String(), "level=WARN") || !strings.Contains(log.String(), "error=away") {
		t.Errorf("the log says %s", log.String())
	}
}
