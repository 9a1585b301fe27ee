package outbox

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
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
	config     NATSConfig
	stream     string
	connection *nats.Conn
	js         jetstream.JetStream
	denials    *denials

	looking sync.Mutex // held while somebody looks at the settings
	mu      sync.Mutex
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
	connection, err := nats.Connect(config.Servers,
		nats.Name(config.Service+"-relay"),
		nats.RetryOnFailedConnect(true),
		nats.MaxReconnects(-1),
		nats.ReconnectWait(500*time.Millisecond),
		nats.ReconnectBufSize(-1),
		nats.DisconnectErrHandler(func(connection *nats.Conn, err error) {
			if !connection.IsClosed() { // not by us
				config.Logger.Warn("broker is away", "error", err)
			}
		}),
		nats.ReconnectHandler(func(*nats.Conn) { config.Logger.Info("broker is back") }),
	)
	if _, ok := errors.AsType[*url.Error](err); ok { // its text quotes what may be a part of the password
		err = errors.New("it must look like nats://user:password@host:4222, with commas between several, and special characters of the password percent-encoded")
	}
	if err != nil {
		return nil, fmt.Errorf("NATS_URL: connect to NATS: %w", err)
	}
	js, err := jetstream.New(connection, jetstream.WithPublishAsyncTimeout(config.Timeout))
	if err != nil {
		connection.Close()
		return nil, fmt.Errorf("use JetStream: %w", err)
	}
	return &NATS{config: config, stream: StreamName(config.Service), connection: connection, js: js, denials: newDenials(connection)}, nil
}

// Close ends the connection.
func (n *NATS) Close() { n.connection.Close() }

// Publish sends messages as CloudEvents, once the stream is known to be as durable as
// it has to be. The event's id is the message id: within the stream's duplicate window
// the broker drops what it has already.
func (n *NATS) Publish(ctx context.Context, messages []Message) []error {
	if !n.connection.IsConnected() {
		return allFailed(messages, nats.ErrDisconnected)
	}
	if err := n.checkSettings(ctx); err != nil {
		return allFailed(messages, err)
	}
	errs := n.publishAll(ctx, messages)
	if errors.Join(errs...) != nil {
		n.doubt() // the stream may be another one, or none
	}
	return errs
}

// publishAll sends everything, then waits for every acknowledgement.
func (n *NATS) publishAll(ctx context.Context, messages []Message) []error {
	errs := make([]error, len(messages))
	acks := make([]jetstream.PubAckFuture, len(messages))
	denied := make([]<-chan error, len(messages))
	defer n.denials.forget()
	for i, message := range messages {
		encoded, err := n.encode(message)
		if err == nil {
			denied[i] = n.denials.of(encoded.Subject)
			acks[i], err = n.js.PublishMsgAsync(encoded, jetstream.WithRetryAttempts(1), jetstream.WithExpectStream(n.stream))
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
