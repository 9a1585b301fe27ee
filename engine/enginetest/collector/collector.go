package collector

import (
	"bytes"
	"encoding/hex"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	collected "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	common "go.opentelemetry.io/proto/otlp/common/v1"
	traces "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"

	"example.com/pgcqrs/engine/enginetest/await"
)

// Span is a span that a program has sent. Ids are in hexadecimal.
type Span struct {
	Service    string // service.name of the program
	Name       string
	Kind       string
	TraceID    string
	SpanID     string
	ParentID   string // "": the span begins its trace
	Failed     bool
	Links      []Link
	Attributes map[string]string
}

// Link is a link of a span to another span.
type Link struct{ TraceID, SpanID string }

// Collector receives spans until the test ends.
type Collector struct {
	URL     string
	t       testing.TB
	mu      sync.Mutex
	bytes   bytes.Buffer
	headers []http.Header
	spans   []Span
}

// Start starts a Collector.
func Start(t testing.TB) *Collector {
	t.Helper()
	c := &Collector{t: t}
	server := httptest.NewServer(http.HandlerFunc(c.receive))
	t.Cleanup(server.Close)
	c.URL = server.URL
	return c
}

// Environment returns the environment variables of a program that sends its spans to the Collector,
// soon after they end.
func (c *Collector) Environment() []string {
	return []string{"OTEL_EXPORTER_OTLP_ENDPOINT=" + c.URL, "OTEL_BSP_SCHEDULE_DELAY=20"}
}

func (c *Collector) receive(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	var request collected.ExportTraceServiceRequest
	if err == nil {
		err = proto.Unmarshal(body, &request)
	}
	if err != nil || r.URL.Path != "/v1/traces" || r.Header.Get("Content-Type") != "application/x-protobuf" {
		c.t.Errorf("the collector got %s %s with %s: %v", r.Method, r.URL.Path, r.Header.Get("Content-Type"), err)
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.bytes.Write(body)
	c.headers = append(c.headers, r.Header)
	for _, of := range request.GetResourceSpans() {
		service := attributesOf(of.GetResource().GetAttributes())["service.name"]
		for _, scope := range of.GetScopeSpans() {
			for _, span := range scope.GetSpans() {
				c.spans = append(c.spans, spanOf(service, span))
			}
		}
	}
}

func spanOf(service string, span *traces.Span) Span {
	found := Span{
		Service: service, Name: span.GetName(), Kind: strings.ToLower(strings.TrimPrefix(span.GetKind().String(), "SPAN_KIND_")),
		TraceID: hex.EncodeToString(span.GetTraceId()), SpanID: hex.EncodeToString(span.GetSpanId()), ParentID: hex.EncodeToString(span.GetParentSpanId()),
		Failed: span.GetStatus().GetCode() == traces.Status_STATUS_CODE_ERROR, Attributes: attributesOf(span.GetAttributes()),
	}
	for _, link := range span.GetLinks() {
		found.Links = append(found.Links, Link{hex.EncodeToString(link.GetTraceId()), hex.EncodeToString(link.GetSpanId())})
	}
	return found
}

func attributesOf(list []*common.KeyValue) map[string]string {
	found := make(map[string]string, len(list))
	for _, pair := range list {
		switch value := pair.GetValue().GetValue().(type) {
		case *common.AnyValue_StringValue:
			found[pair.GetKey()] = value.StringValue
		case *common.AnyValue_IntValue:
			found[pair.GetKey()] = strconv.FormatInt(value.IntValue, 10)
		default:
			found[pair.GetKey()] = pair.GetValue().String()
		}
	}
	return found
}

// Spans returns the spans that have arrived.
func (c *Collector) Spans() []Span {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.spans)
}

// Headers returns the headers of the requests that have arrived.
func (c *Collector) Headers() []http.Header {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.headers)
}

// Received returns all bytes that have arrived. Texts in attributes are readable in it.
func (c *Collector) Received() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.bytes.String()
}

// Of returns the spans of a trace that have the given name and have arrived.
func (c *Collector) Of(traceID, name string) (found []Span) {
	for _, span := range c.Spans() {
		if span.TraceID == traceID && span.Name == name {
			found = append(found, span)
		}
	}
	return found
}

// Await waits until a trace has a span with the given name, and returns the first of these spans.
// The test fails if there is none in time.
func (c *Collector) Await(traceID, name string) Span {
	c.t.Helper()
	await.True(c.t, "trace "+traceID+" has a span "+name, func() bool { return len(c.Of(traceID, name)) > 0 })
	return c.Of(traceID, name)[0]
}

// LinksTo reports whether the span has a link to another span.
func (s Span) LinksTo(other Span) bool {
	return slices.Contains(s.Links, Link{other.TraceID, other.SpanID})
}
