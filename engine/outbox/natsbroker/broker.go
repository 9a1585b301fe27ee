package natsbroker

import (
	"context"
	"log/slog"
	"strings"
	"time"

	"example.com/pgcqrs/engine/outbox/natsbroker/durability"
	"example.com/pgcqrs/engine/outbox/natsbroker/link"
)

// StreamName returns the name of the JetStream stream to which a service's messages are sent.
func StreamName(service string) string { return strings.ToUpper(service) }

// Config says to which broker the messages are sent, and how durable the broker must be.
type Config struct {
	Service  string        // gives the name of the stream and the first part of the subjects: <service>.<type>.<stream id>
	Servers  string        // the servers' URLs, separated by commas
	Source   string        // source attribute of every CloudEvent
	Timeout  time.Duration // longest wait for an acknowledgement
	Replicas int           // fewest replicas that the stream must have; 0: 3 on a cluster, 1 on a single server
	Monitors []string      // the servers' monitoring URLs, to check whether the servers sync before they acknowledge; empty: not checked
	Logger   *slog.Logger
}

// Broker publishes messages to JetStream. Watch must run while messages are published.
type Broker struct {
	config   Config
	link     *link.Link
	settings *durability.Settings
}

// Open returns a Broker that connects to the NATS servers. If no server can be reached now, the
// Broker tries again in the background until Close is called. Without a connection, Publish fails
// immediately. A buffer could accept the messages, but they would be lost if the process died.
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

// Close ends the connection. The caller must call Close only after Watch has ended.
func (b *Broker) Close() { b.link.Close() }

// Watch checks the broker's settings at intervals until ctx ends. Watch creates the stream if it is
// missing, and makes a new connection if the NATS client library has closed the old connection for
// good.
func (b *Broker) Watch(ctx context.Context) error {
	for ctx.Err() == nil {
		if err := b.link.Attend(ctx); err != nil {
			b.config.Logger.Error("can't connect to the broker anew", "error", err)
		}
		if b.link.Current().Conn.IsConnected() {
			_ = b.settings.Look(ctx) // Look stores and logs its result
		}
		select {
		case <-ctx.Done():
		case <-b.link.Closed():
		case <-time.After(durability.LookEvery):
		}
	}
	return nil
}

// Check returns an error if the broker may lose messages that it acknowledges, or accepts no
// messages. Check returns the result of the last successful check of the broker's settings.
func (b *Broker) Check(ctx context.Context) error { return b.settings.Check(ctx) }

// Durable reports whether the broker keeps the messages that it acknowledges. The report is from
// the last successful check of the broker's settings. Before the first successful check, Durable
// returns false.
func (b *Broker) Durable() bool { return b.settings.Durable() }
