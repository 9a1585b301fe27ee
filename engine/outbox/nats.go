package outbox

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// StreamName returns the name of the JetStream stream that a service's messages go to.
func StreamName(service string) string { return strings.ToUpper(service) }

// NATSConfig says which broker the messages go to, and how durable it has to be.
type NATSConfig struct {
	Service  string        // names the stream, and begins the subjects: <service>.<type>.<stream id>
	Servers  string        // URLs, separated by commas
	Source   string        // of every CloudEvent
	Timeout  time.Duration // longest wait for an acknowledgement
	Replicas int           // the least that the stream must have; 0: 3 on a cluster, 1 on a single server
	Monitors []string      // the servers' monitoring URLs, to see whether they sync what they acknowledge; empty: not looked at
	Logger   *slog.Logger
}

// NATS publishes to JetStream. Watch must run beside Publish.
type NATS struct {
	config NATSConfig
	stream string
	closed chan struct{} // a connection was closed for good

	looking sync.Mutex // held while somebody looks at the settings
	mu      sync.Mutex
	link    *natsLink // made anew by Watch if it is closed for good
	broker  presence  // as the log says
	lossy   error     // what the last look found wrong
	durable bool      // the last look that could be had found nothing wrong
	fine    time.Time // when a look found nothing wrong; zero: look before the next message
	said    string    // what the log says of the settings
}

// OpenNATS connects to the broker now or, if it is away, when it comes: for
// ever. While it is away publishing fails at once, instead of filling a buffer
// that would be lost with the process.
func OpenNATS(config NATSConfig) (*NATS, error) {
	if err := checkMonitors(config.Monitors); err != nil {
		return nil, err
	}
	n := &NATS{config: config, stream: StreamName(config.Service), closed: make(chan struct{}, 1)}
	first, err := n.connect()
	if err != nil {
		return nil, err
	}
	n.link = first
	return n, nil
}

// Close ends the connection, once Watch has ended.
func (n *NATS) Close() { n.current().connection.Close() }

// Publish sends messages as CloudEvents, once the stream is known to be as durable as
// it has to be. The event's id is the message id: within the stream's duplicate window
// the broker drops what it has already.
func (n *NATS) Publish(ctx context.Context, messages []Message) []error {
	link := n.current()
	if !link.connection.IsConnected() {
		return allFailed(messages, nats.ErrDisconnected)
	}
	if err := n.checkSettings(ctx); err != nil {
		return allFailed(messages, err)
	}
	errs := n.publishAll(ctx, link, messages)
	if errors.Join(errs...) != nil {
		n.doubt() // the stream may be another one, or none
	}
	return errs
}

// publishAll sends everything, then waits for every acknowledgement.
func (n *NATS) publishAll(ctx context.Context, link *natsLink, messages []Message) []error {
	errs := make([]error, len(messages))
	acks := make([]jetstream.PubAckFuture, len(messages))
	denied := make([]<-chan error, len(messages))
	defer link.denials.forget()
	for i, message := range messages {
		encoded, err := n.encode(message)
		if err == nil {
			denied[i] = link.denials.of(encoded.Subject)
			acks[i], err = link.js.PublishMsgAsync(encoded, jetstream.WithRetryAttempts(1), jetstream.WithExpectStream(n.stream))
		}
		errs[i] = judge(err)
	}
	for i, ack := range acks {
		if ack != nil {
			errs[i] = judge(wait(ctx, ack, denied[i]))
		}
	}
	return errs
}

func wait(ctx context.Context, ack jetstream.PubAckFuture, denied <-chan error) error {
	select {
	case <-ack.Ok():
		return nil
	case err := <-ack.Err():
		return err
	case err := <-denied:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (n *NATS) encode(m Message) (*nats.Msg, error) {
	body, err := structured(m, n.config.Source)
	if err != nil {
		return nil, err
	}
	subject := fmt.Sprintf("%s.%s.%s", n.config.Service, strings.ReplaceAll(m.Type, ".", "_"), m.StreamID)
	if err := checkSubject(subject); err != nil {
		return nil, err
	}
	return &nats.Msg{
		Subject: subject,
		Data:    body,
		Header: nats.Header{
			jetstream.MsgIDHeader: {m.EventID.String()},
			"Content-Type":        {cloudEventType},
		},
	}, nil
}

func allFailed(messages []Message, err error) []error {
	errs := make([]error, len(messages))
	for i := range errs {
		errs[i] = err
	}
	return errs
}
