//go:build linux

package broker

import (
	"context"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"example.com/pgcqrs/engine/outbox/natsbroker"
	"example.com/pgcqrs/internal/naming"
)

func (b *Broker) stream(ctx context.Context, work func(context.Context, jetstream.JetStream, jetstream.Stream) error) error {
	connection, err := nats.Connect(b.URL(), nats.Timeout(time.Second))
	if err != nil {
		return fmt.Errorf("reach the broker: %w", err)
	}
	defer connection.Close()
	js, err := jetstream.New(connection)
	if err != nil {
		return fmt.Errorf("use JetStream: %w", err)
	}
	asking, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	stream, err := js.Stream(asking, natsbroker.StreamName(naming.Service))
	if err != nil {
		return fmt.Errorf("find the stream: %w", err)
	}
	return work(ctx, js, stream)
}
