package telemetry

import (
	"context"
	"log/slog"
	"time"

	"go.opentelemetry.io/otel/trace"

	"example.com/pgcqrs/engine/tracing"
)

// Open creates a provider whose spans are sent to the target. The function flush sends the last
// spans, and ends the provider. Errors of the export are logged, and never stop the process.
type Open func(target Target, logger *slog.Logger) (provider trace.TracerProvider, flush func(context.Context) error, err error)

// flushFor limits the time in which a process sends its last spans before it ends.
const flushFor = 3 * time.Second

// Start starts the export of traces, if the settings have an endpoint. The parameter service is the
// name of the process if the settings have none. The returned Tracer is nil if nothing is exported.
// The caller must call flush before the process ends. Start fails if a setting is malformed, and
// never because of an unreachable collector.
func Start(settings Traces, open Open, service string, logger *slog.Logger) (tracer *tracing.Tracer, flush func(), err error) {
	nothing := func() {}
	target, exports, err := settings.target(service)
	if err != nil || !exports {
		return nil, nothing, err
	}
	if open == nil {
		logger.Warn("OTEL_EXPORTER_OTLP_ENDPOINT is set, but this program has no exporter: no traces are sent")
		return nil, nothing, nil
	}
	if err := checkOthers(); err != nil {
		return nil, nothing, err
	}
	provider, end, err := open(target, logger)
	if err != nil {
		return nil, nothing, err
	}
	logger.Info("traces are exported", "to", target.ServerName, "sampler", target.Sampler)
	return tracing.New(provider), func() {
		ctx, cancel := context.WithTimeout(context.Background(), flushFor)
		defer cancel()
		if err := end(ctx); err != nil {
			logger.Warn("the last traces were not sent", "error", err)
		}
	}, nil
}
