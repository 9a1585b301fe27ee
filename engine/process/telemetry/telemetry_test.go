package telemetry

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"
)

// start calls Start with an exporter that notes its target.
func start(t *testing.T, settings Traces) (target *Target, said string, err error) {
	t.Helper()
	var log bytes.Buffer
	logger := slog.New(slog.NewTextHandler(&log, nil))
	_, flush, err := Start(settings, func(to Target, _ *slog.Logger) (trace.TracerProvider, func(context.Context) error, error) {
		target = &to
		return noop.NewTracerProvider(), func(context.Context) error { return errors.New("away") }, nil
	}, "orders-api", logger)
	flush()
	return target, log.String(), err
}

func TestNothingIsExportedWithoutAnEndpoint(t *testing.T) {
	t.Parallel()
	for name, settings := range map[string]Traces{
		"nothing set": {}, "only a name": {ServiceName: "x", Sampler: "always_on"},
		"disabled":    {OTLPEndpoint: "http://127.0.0.1:1", SDKDisabled: "true"},
		"no exporter": {OTLPEndpoint: "http://127.0.0.1:1", TracesExporter: "none"},
	} {
		if target, said, err := start(t, settings); target != nil || said != "" || err != nil {
			t.Errorf("%s: %v, %q, %v", name, target, said, err)
		}
	}
}

func TestTheEndpointIsCompleted(t *testing.T) {
	t.Parallel()
	for want, settings := range map[string]Traces{
		"http://127.0.0.1:4318/v1/traces":  {OTLPEndpoint: "http://127.0.0.1:4318"},
		"https://c.test/base/v1/traces":    {OTLPEndpoint: "https://c.test/base/"},
		"http://127.0.0.1:4318/as/written": {OTLPEndpoint: "http://127.0.0.1:1", TracesEndpoint: "http://127.0.0.1:4318/as/written"},
	} {
		if target, _, err := start(t, settings); err != nil || target == nil || target.URL != want {
			t.Errorf("%+v: %v, %v", settings, target, err)
		}
	}
}

// The log names the collector, but never a password or a header.
func TestTheTarget(t *testing.T) {
	t.Parallel()
	target, said, err := start(t, Traces{
		OTLPEndpoint: "http://user:secret@127.0.0.1:4318", OTLPHeaders: "api-key=a%20secret, x=1", ServiceResource: "a=b,service.name=other",
		Sampler: "traceidratio", SamplerArg: "0.25",
	})
	if err != nil {
		t.Fatal(err)
	}
	if target.Headers["api-key"] != "a secret" || target.Headers["x"] != "1" || target.Resource["a"] != "b" || target.Resource["service.name"] != "other" || target.Ratio != 0.25 {
		t.Errorf("the target is %+v", target)
	}
	if !strings.Contains(said, "to=http://127.0.0.1:4318 ") || strings.Contains(said, "secret") || !strings.Contains(said, "the last traces were not sent") {
		t.Errorf("the log says %s", said)
	}
	if target, _, err := start(t, Traces{OTLPEndpoint: "http://127.0.0.1:1", ServiceName: "mine", ServiceResource: "service.name=other"}); err != nil || target.Resource["service.name"] != "mine" {
		t.Errorf("%+v, %v", target, err)
	}
	if target, _, err := start(t, Traces{OTLPEndpoint: "http://127.0.0.1:1", OTLPHeaders: "a=1", TracesHeaders: "b=2"}); err != nil || len(target.Headers) != 1 || target.Headers["b"] != "2" {
		t.Errorf("%+v, %v", target, err)
	}
}

func TestMalformedSettingsAreNamed(t *testing.T) {
	t.Parallel()
	for variable, settings := range map[string]Traces{
		"OTEL_EXPORTER_OTLP_ENDPOINT":        {OTLPEndpoint: "planted"},
		"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": {TracesEndpoint: "ftp://planted"},
		"OTEL_EXPORTER_OTLP_HEADERS":         {OTLPEndpoint: "http://x.test", OTLPHeaders: "planted"},
		"OTEL_EXPORTER_OTLP_TRACES_HEADERS":  {OTLPEndpoint: "http://x.test", TracesHeaders: "planted=%zz"},
		"OTEL_RESOURCE_ATTRIBUTES":           {ServiceResource: "=planted"},
		"OTEL_TRACES_SAMPLER_ARG":            {SamplerArg: "NaN"},
	} {
		_, _, err := start(t, settings)
		if err == nil || !strings.Contains(err.Error(), variable+" must be") || strings.Contains(err.Error(), "planted") {
			t.Errorf("%s: %v", variable, err)
		}
	}
}

func TestVariablesOfTheExporterAreChecked(t *testing.T) {
	settings := Traces{OTLPEndpoint: "http://127.0.0.1:1"}
	for variable, value := range map[string]string{
		"OTEL_BSP_SCHEDULE_DELAY": "soon", "OTEL_EXPORTER_OTLP_TIMEOUT": "-1", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc",
		"OTEL_EXPORTER_OTLP_COMPRESSION": "zip", "OTEL_EXPORTER_OTLP_CERTIFICATE": "/nowhere", "OTEL_EXPORTER_OTLP_CLIENT_KEY": "/nowhere",
	} {
		t.Run(variable, func(t *testing.T) {
			t.Setenv(variable, value)
			if _, _, err := start(t, settings); err == nil || !strings.Contains(err.Error(), variable) {
				t.Errorf("%v", err)
			}
		})
	}
	t.Setenv("OTEL_SPAN_LINK_COUNT_LIMIT", "-1") // means no limit
	if _, _, err := start(t, settings); err != nil {
		t.Error(err)
	}
}

// A program without an exporter says that it exports nothing.
func TestAProgramWithoutAnExporter(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	tracer, flush, err := Start(Traces{OTLPEndpoint: "http://127.0.0.1:1"}, nil, "x", slog.New(slog.NewTextHandler(&log, nil)))
	if flush(); tracer != nil || err != nil || !strings.Contains(log.String(), "has no exporter") {
		t.Errorf("%v, %v, %s", tracer, err, log.String())
	}
}
