package tracing_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	client "github.com/prometheus/client_model/go"
	"go.opentelemetry.io/otel/codes"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"

	"example.com/pgcqrs/engine/tracing"
)

// newTracer returns a Tracer, and a recorder of its spans.
func newTracer(options ...sdk.TracerProviderOption) (*tracing.Tracer, *tracetest.SpanRecorder) {
	recorder := tracetest.NewSpanRecorder()
	return tracing.New(sdk.NewTracerProvider(append(options, sdk.WithSpanProcessor(recorder))...)), recorder
}

// itself returns the traceparent of an event of a batch that has only traceparents.
func itself(traceparent string) string { return traceparent }

func parentOf(n int) string { return fmt.Sprintf("00-%032x-%016x-01", n+1, n+1) }

// Without a provider, or inside a request that is not sampled, nothing is allocated and no span
// exists.
//
//nolint:paralleltest // it counts allocations
func TestWithoutTracesNothingIsAllocated(t *testing.T) {
	type key struct{}
	ctx := context.WithValue(t.Context(), key{}, 1)
	histogram := prometheus.NewHistogram(prometheus.HistogramOpts{Name: "x", Help: "A histogram."})
	err, stored := errors.New("failed"), []string{"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}
	allocated := testing.AllocsPerRun(100, func() {
		inside, span := tracing.Child(ctx, "load", "account")
		var callers tracing.Callers
		callers.Add(trace.SpanFromContext(inside))
		callers.Add(nil)
		inside, together := callers.Start(inside, "decide", "account")
		var off *tracing.Tracer
		inside, batch := tracing.StartBatch(inside, off, stored, itself, "project", "balances", trace.SpanKindConsumer)
		batch.End(1, 0, err)
		tracing.Observe(histogram, 1, together)
		tracing.End(span, err)
		together.End()
		if tracing.Of(inside) != "" || tracing.Parse("").IsValid() {
			t.Error("there is a span")
		}
	})
	if allocated != 0 {
		t.Errorf("%v allocations, want none", allocated)
	}
}

// A span for several callers is in the trace of the first sampled caller. It has links to all sampled
// callers, and they have links to it.
func TestCallersShareASpan(t *testing.T) {
	t.Parallel()
	tracer, recorder := newTracer(sdk.WithSampler(sdk.ParentBased(sdk.NeverSample())))
	var callers tracing.Callers
	var spans []trace.Span
	for _, traceparent := range []string{"", parentOf(0), parentOf(1)} {
		_, span := tracer.Start(t.Context(), "request", trace.SpanKindServer, tracing.Parse(traceparent))
		callers.Add(span)
		spans = append(spans, span)
	}
	ctx, shared := callers.Start(t.Context(), "decide", "account")
	_, inside := tracing.Child(ctx, "load", "account")
	inside.End()
	shared.End()
	for _, span := range spans {
		span.End()
	}
	ended := recorder.Ended() // load, decide, and the sampled requests
	if len(ended) != 4 {
		t.Fatalf("%d spans, want 4", len(ended))
	}
	load, decide, second := ended[0], ended[1], ended[3]
	if load.Name() != "load account" || load.Parent().SpanID() != decide.SpanContext().SpanID() {
		t.Errorf("the inner span is %s in %v", load.Name(), load.Parent())
	}
	if decide.Name() != "decide account" || decide.Parent().SpanID() != spans[1].SpanContext().SpanID() || len(decide.Links()) != 2 {
		t.Errorf("the shared span is %s in %v with %d links", decide.Name(), decide.Parent(), len(decide.Links()))
	}
	if len(second.Links()) != 1 || !second.Links()[0].SpanContext.Equal(decide.SpanContext()) {
		t.Errorf("the second caller has the links %v", second.Links())
	}
}

// Each sampled event of a batch is linked, also if the batch has more events than a span can have
// links. Events that are not sampled, and events with the traceparent of the event before, add no
// link.
func TestEachEventOfABatchIsLinked(t *testing.T) {
	t.Parallel()
	tracer, recorder := newTracer()
	batch := []string{"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00", "no traceparent", ""}
	for n := range 300 {
		batch = append(batch, parentOf(n), parentOf(n))
	}
	_, spans := tracing.StartBatch(t.Context(), tracer, batch, itself, "project", "balances", trace.SpanKindConsumer)
	spans.End(602, 0, nil)
	linked := make(map[trace.SpanID]bool)
	for _, span := range recorder.Ended() {
		if first := span.Links()[0].SpanContext; span.Name() != "project balances" || span.Parent().SpanID() != first.SpanID() || span.DroppedLinks() != 0 {
			t.Errorf("span %s in %v begins with the link %v, and dropped %d", span.Name(), span.Parent(), first, span.DroppedLinks())
		}
		for _, link := range span.Links() {
			linked[link.SpanContext.SpanID()] = true
		}
	}
	if len(recorder.Ended()) != 3 || len(linked) != 300 {
		t.Errorf("%d spans have links to %d events", len(recorder.Ended()), len(linked))
	}
}

// A detached context has no span, and does not end.
func TestDetachRemovesTheSpan(t *testing.T) {
	t.Parallel()
	tracer, recorder := newTracer()
	ctx, cancel := context.WithCancel(t.Context())
	ctx, span := tracer.Start(ctx, "request", trace.SpanKindServer, trace.SpanContext{})
	if tracing.Of(ctx) == "" {
		t.Error("the context of a span has no traceparent")
	}
	detached := tracing.Detach(ctx)
	cancel()
	_, inside := tracing.Child(detached, "load", "account")
	inside.End()
	span.End()
	if tracing.Of(detached) != "" || detached.Err() != nil || len(recorder.Ended()) != 1 {
		t.Errorf("%q, %v, %d spans", tracing.Of(detached), detached.Err(), len(recorder.Ended()))
	}
}

// A failed span has the kind of its error, and never the error's text.
func TestASpanHasNoTextOfAnError(t *testing.T) {
	t.Parallel()
	tracer, recorder := newTracer()
	for _, err := range []error{errors.New("planted"), fmt.Errorf("planted: %w", context.DeadlineExceeded), fmt.Errorf("planted: %w", context.Canceled)} {
		_, span := tracer.Start(t.Context(), "work", trace.SpanKindInternal, trace.SpanContext{})
		tracing.End(span, err)
	}
	for i, kind := range []string{"_OTHER", "timeout", "canceled"} {
		span := recorder.Ended()[i]
		if got := fmt.Sprint(span.Status(), span.Attributes()[0].Value.AsString(), len(span.Events())); got != fmt.Sprint(sdk.Status{Code: codes.Error}, kind, 0) {
			t.Errorf("the span has %s", got)
		}
	}
}

// A traceparent is read as it was written. The flags of later versions of the standard are ignored.
func TestTraceparents(t *testing.T) {
	t.Parallel()
	const sampled = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
	if got := tracing.Traceparent(tracing.Parse(sampled)); got != sampled {
		t.Errorf("got %q", got)
	}
	if got := tracing.Parse("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-03"); tracing.Traceparent(got) != sampled {
		t.Errorf("got %v", got)
	}
	for _, bad := range []string{"", "00-1-2-01", sampled + "-x", "00-zzf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-zz"} {
		if tracing.Parse(bad).IsValid() {
			t.Errorf("%q is valid", bad)
		}
	}
	if unsampled := tracing.Parse(sampled[:53] + "00"); !unsampled.IsValid() || tracing.Traceparent(unsampled) != "" {
		t.Errorf("a span that is not sampled has the traceparent %q", tracing.Traceparent(unsampled))
	}
}

// A value gets an exemplar only if its span is sampled.
func TestExemplars(t *testing.T) {
	t.Parallel()
	for _, sampler := range []sdk.Sampler{sdk.AlwaysSample(), sdk.NeverSample()} {
		tracer, _ := newTracer(sdk.WithSampler(sampler))
		_, span := tracer.Start(t.Context(), "work", trace.SpanKindInternal, trace.SpanContext{})
		histogram := prometheus.NewHistogram(prometheus.HistogramOpts{Name: "x", Help: "x", Buckets: []float64{1}})
		tracing.Observe(histogram, 0.5, span)
		var written client.Metric
		if err := histogram.Write(&written); err != nil {
			t.Fatal(err)
		}
		exemplar := written.GetHistogram().GetBucket()[0].GetExemplar()
		if span.SpanContext().IsSampled() != (exemplar != nil) || written.GetHistogram().GetSampleCount() != 1 {
			t.Errorf("%s: the exemplar is %v", sampler.Description(), exemplar)
		}
		if exemplar != nil && exemplar.GetLabel()[0].GetValue() != span.SpanContext().TraceID().String() {
			t.Errorf("the exemplar is %v", exemplar)
		}
	}
}
