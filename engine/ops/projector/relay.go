package projector

import (
	"context"
	"log/slog"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/errgroup"

	"example.com/pgcqrs/engine/eventstore"
	"example.com/pgcqrs/engine/outbox"
)

// openBroker connects to where the outbox goes: nowhere, nil, without a NATS_URL.
func openBroker(config Config, logger *slog.Logger) (*outbox.NATS, error) {
	if config.NATSURL == "" {
		return nil, nil
	}
	var monitors []string
	if config.NATSMonitors != "" {
		monitors = strings.Split(config.NATSMonitors, ",")
	}
	return outbox.OpenNATS(outbox.NATSConfig{
		Service: config.Service, Servers: config.NATSURL, Source: config.MessageSource, Timeout: 2 * time.Second,
		Replicas: config.NATSReplicas, Monitors: monitors, Logger: logger,
	})
}

// checkBroker fails readiness while the broker's settings would lose messages.
func checkBroker(broker *outbox.NATS) func(context.Context) error {
	if broker == nil {
		return func(context.Context) error { return nil }
	}
	return broker.Check
}

// relay brings the outbox to the broker, apart from the projections: whatever the
// broker does, they go on.
func relay(ctx context.Context, config Config, broker *outbox.NATS, pool *pgxpool.Pool, listener *eventstore.Listener, logger *slog.Logger, registry prometheus.Registerer) error {
	settings := outbox.Config{
		Wake: listener.Subscribe(), Poll: config.PollInterval, Attempts: config.OutboxAttempts, Logger: logger, Registerer: registry,
	}
	group, ctx := errgroup.WithContext(ctx)
	if broker != nil {
		defer broker.Close()
		settings.Publish, settings.Durable = broker.Publish, broker.Durable
		group.Go(func() error { return broker.Watch(ctx) })
	}
	if config.Publish != nil {
		settings.Publish = config.Publish
	}
	messages := outbox.NewRelay(pool, settings)
	group.Go(func() error { return messages.Watch(ctx) })
	if settings.Publish == nil {
		logger.Warn("NATS_URL is empty: messages stay in the outbox")
		return group.Wait()
	}
	group.Go(func() error { return messages.Run(ctx) })
	return group.Wait()
}
