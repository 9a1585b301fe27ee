package natsbroker

import (
	"github.com/nats-io/nats.go"

	"example.com/pgcqrs/engine/outbox"
)

// Encode returns the NATS message that would be sent to the broker for an outbox message. Encode
// needs no broker.
func Encode(config Config, m outbox.Message) (*nats.Msg, error) { return encode(config, m) }
