package projector

import (
	"context"
	"log/slog"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/errgroup"

	"example.com/pgcqrs/engine/eventlog/notify"
	"example.com/pgcqrs/engine/outbox/depth"
	"example.com/pgcqrs/engine/outbox/natsbroker"
	"example.com/pgcqrs/engine/outbox/relay"
)

// openBroker connects to the broker. If NATS_URL is not set, openBroker returns nil.
func openBroker(config Config, logger *slog.Logger) (*natsbroker.Broker, error) {
	if config.NATSURL == "" {
		return nil, nil
	}
	var monitors []string
	if config.NATSMonitors != "" {
		monitors = strings.Split(config.NATSMonitors, ",")
	}
	return natsbroker.Open(natsbroker.Config{
		Service: config.Service, Servers: config.NATSURL, Source: config.MessageSource, Timeout: 2 * time.Second,
		Replicas: config.NATSReplicas, Monitors: monitors, Logger: logger,
	})
}

// checkBroker returns a check that fails while the broker's settings would lose messages.
func checkBroker(broker *natsbroker.Broker) func(context.Context) error {
	if broker == nil {
		return func(context.Context) error { return nil }
	}
	return broker.Check
}

// relayOutbox sends the messages of the outbox to the broker until ctx ends. relayOutbox is
// independent of the projections: they continue even if the broker fails.
func relayOutbox(ctx context.Context, config Config, broker *natsbroker.Broker, pool *pgxpool.Pool, listener *notify.Listener, logger *slog.Logger, registry prometheus.Registerer) error {
	settings := relay.Config{
		Wake: listener.Subscribe(), Poll: config.PollInterval, Attempts: config.OutboxAttempts, Logger: logger, Registerer: registry, Tracer: config.tracer,
	}
	watched := depth.Config{Poll: config.PollInterval, Logger: logger, Registerer: registry}
	group, ctx := errgroup.WithContext(ctx)
	if broker != nil {
		defer broker.Close()
		settings.Publish, watched.Durable = broker.Publish, broker.Durable
		group.Go(func() error { return broker.Watch(ctx) })
	}
	if config.Publish != nil {
		settings.Publish = config.Publish
	}
	messages, watch := relay.New(pool, settings), depth.New(pool, watched)
	group.Go(func() error { return watch.Run(ctx) })
	if settings.Publish == nil {
		logger.Warn("NATS_URL is empty: messages stay in the outbox")
		return group.Wait()
	}
	group.Go(func() error { return messages.Run(ctx) })
	return group.Wait()
}
