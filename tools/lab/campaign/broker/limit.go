//go:build linux

package broker

import (
	"context"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"example.com/pgcqrs/tools/lab/campaign/interval"
)

// Refuse makes the broker refuse every message for the duration d.
func (b *Broker) Refuse(ctx context.Context, d time.Duration) error {
	if err := b.limit(ctx, 10); err != nil {
		return err
	}
	interval.Pause(ctx, d)
	for ctx.Err() == nil { // the broker may be down at the moment
		if b.limit(ctx, -1) == nil {
			return nil
		}
		interval.Pause(ctx, 100*time.Millisecond)
	}
	return ctx.Err()
}

// limit sets the maximum size of a message, in bytes; -1 means no limit.
func (b *Broker) limit(ctx context.Context, bytes int32) error {
	return b.stream(ctx, func(ctx context.Context, js jetstream.JetStream, stream jetstream.Stream) error {
		config := stream.CachedInfo().Config
		config.MaxMsgSize = bytes
		_, err := js.UpdateStream(ctx, config)
		return err
	})
}
