package otlp

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/go-logr/logr"
	"github.com/google/uuid"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/sdk/resource"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"example.com/pgcqrs/engine/process/cli"
	"example.com/pgcqrs/engine/process/telemetry"
)

// Open implements telemetry.Open. The SDK reads further variables itself, such as
// OTEL_EXPORTER_OTLP_TIMEOUT and OTEL_BSP_SCHEDULE_DELAY.
func Open(target telemetry.Target, logger *slog.Logger) (trace.TracerProvider, func(context.Context) error, error) {
	otel.SetLogger(logr.Discard()) // the SDK would write lines of its own form to standard error
	otel.SetErrorHandler(exportErrors{logger})
	ctx := context.Background()
	described, err := describe(ctx, target.Resource)
	if err != nil {
		return nil, nil, err
	}
	exporter, err := otlptracehttp.New(ctx, otlptracehttp.WithEndpointURL(target.URL), otlptracehttp.WithHeaders(target.Headers))
	if err != nil {
		return nil, nil, fmt.Errorf("make the exporter of traces: %w", err)
	}
	provider := sdk.NewTracerProvider(sdk.WithBatcher(exporter), sdk.WithResource(described), sdk.WithSampler(samplerOf(target.Sampler, target.Ratio)))
	return provider, provider.Shutdown, nil
}

// describe returns the attributes of the process.
func describe(ctx context.Context, given map[string]string) (*resource.Resource, error) {
	attributes := []attribute.KeyValue{
		attribute.String("service.version", cli.ReadBuild().Version), attribute.String("service.instance.id", uuid.NewString()),
	}
	for key, value := range given {
		attributes = append(attributes, attribute.String(key, value)) // replaces an attribute of the same key
	}
	described, err := resource.New(ctx, resource.WithTelemetrySDK(), resource.WithAttributes(attributes...))
	if err != nil {
		return nil, fmt.Errorf("describe the process for traces: %w", err)
	}
	return described, nil
}
