package natsbroker

import (
	"context"
	"log/slog"
	"strings"
	"time"

	"example.com/pgcqrs/engine/outbox/natsbroker/durability"
	"example.com/pgcqrs/engine/outbox/natsbroker/link"
)

// StreamName returns the name of the JetStream stream that a service's messages go to.
func StreamName(service string) string { return strings.ToUpper(service) }

// Config says to which broker the messages go, and how durable it must be.
type Config struct {
	Service  string        // name of the stream, and first part of the subjects: <service>.<type>.<stream id>
	Servers  string        // URLs, separated by commas
	Source   string        // of every CloudEvent
	Timeout  time.Duration // longest wait for an acknowledgement
	Replicas int           // fewest replicas that the stream may have; 0: 3 on a cluster, 1 on a single server
	Monitors []string      // the servers' monitoring URLs, to check whether they sync before they acknowledge; empty: not checked
	Logger   *slog.Logger
}

// Broker publishes to JetStream. Watch must run beside Publish.
type Broker struct {
	config   Config
	link     *link.Link
	settings *durability.Settings
}

// Open connects to the broker now or, if it is away, as soon as it is back; it never gives up.
// Until then publishing fails at once, instead of filling a buffer that would be lost with the
// process.
func Open(config Config) (*Broker, error) {
	if err := durability.CheckMonitors(config.Monitors); err != nil {
		return nil, err
	}
	leads, err := link.Open(link.Config{Servers: config.Servers, Name: config.Service + "-relay", Timeout: config.Timeout, Logger: config.Logger})
	if err != nil {
		return nil, err
	}
	settings := durability.New(durability.Config{
		Service: config.Service, Stream: StreamName(config.Service), Replicas: config.Replicas, Monitors: config.Monitors, Logger: config.Logger,
	}, leads)
	return &Broker{config, leads, settings}, nil
}

// Close ends the connection, once Watch has ended.
func (b *Broker) Close() { b.link.Close() }

// Watch checks the broker's settings until ctx ends. It makes the stream if that is missing, and a
// new connection if the old one was closed for good.
func (b *Broker) Watch(ctx context.Context) error {
	for ctx.Err() == nil {
		if err := b.link.Attend(ctx); err != nil {
			b.config.Logger.Error("can't connect to the broker anew", "error", err)
		}
		if b.link.Current().Conn.IsConnected() {
			_ = b.settings.Look(ctx) // it keeps and logs the result
		}
		select {
		case <-ctx.Done():
		case <-b.link.Closed():
		case <-time.After(durability.LookEvery):
		}
	}
	return nil
}

// Check returns an error if the last successful look found settings by which the broker loses what
// it acknowledges.
func (b *Broker) Check(ctx context.Context) error { return b.settings.Check(ctx) }

// Durable reports whether the last successful look found that the broker keeps what it
// acknowledges; false before the first one.
func (b *Broker) Durable() bool { return b.settings.Durable() }
