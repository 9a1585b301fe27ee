package outbox

import "github.com/nats-io/nats.go"

// Encode returns what is sent to the broker for a message, without a broker.
func Encode(config NATSConfig, m Message) (*nats.Msg, error) {
	return (&NATS{config: config}).encode(m)
}
