package outbox

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// Stream is the JetStream stream that the messages go to, and Subject the first
// part of their subjects: pgcqrs.<type>.<stream id>.
const (
	Stream  = "PGCQRS"
	Subject = "pgcqrs"
)

// ConnectNATS connects to the broker now or, if it is away, when it comes: for
// ever. While it is away publishing fails at once, instead of filling a buffer
// that would be lost with the process.
func ConnectNATS(servers string, logger *slog.Logger) (*nats.Conn, error) {
	connection, err := nats.Connect(servers,
		nats.Name("pgcqrs-relay"),
		nats.RetryOnFailedConnect(true),
		nats.MaxReconnects(-1),
		nats.ReconnectWait(500*time.Millisecond),
		nats.ReconnectBufSize(-1),
		nats.DisconnectErrHandler(func(connection *nats.Conn, err error) {
			if !connection.IsClosed() { // not by us
				logger.Warn("broker is away", "error", err)
			}
		}),
		nats.ReconnectHandler(func(*nats.Conn) { logger.Info("broker is back") }),
	)
	if parsing, ok := errors.AsType[*url.Error](err); ok {
		err = parsing.Err // without the URL, which may hold a password
	}
	if err != nil {
		return nil, fmt.Errorf("connect to NATS: %w", err)
	}
	return connection, nil
}

// ToNATS publishes to JetStream as CloudEvents, and gives a message up after
// timeout without an acknowledgement. The event's id is the message id: within the
// stream's duplicate window the broker drops what it has already.
func ToNATS(connection *nats.Conn, source string, timeout time.Duration) (Publish, error) {
	js, err := jetstream.New(connection, jetstream.WithPublishAsyncTimeout(timeout))
	if err != nil {
		return nil, fmt.Errorf("use JetStream: %w", err)
	}
	ready, denials := false, newDenials(connection)
	return func(ctx context.Context, messages []Message) []error {
		if !connection.IsConnected() {
			return allFailed(messages, nats.ErrDisconnected)
		}
		if !ready {
			if err := createStream(ctx, js, timeout); err != nil {
				return allFailed(messages, err)
			}
			ready = true
		}
		errs := publishAll(ctx, js, denials, source, messages)
		if errors.Is(errors.Join(errs...), jetstream.ErrNoStreamResponse) {
			ready = false // somebody deleted it
		}
		return errs
	}, nil
}

// createStream makes the stream if it is missing, and leaves one that is there as
// its operators have set it up.
func createStream(ctx context.Context, js jetstream.JetStream, timeout time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	_, err := js.CreateStream(ctx, jetstream.StreamConfig{
		Name: Stream, Subjects: []string{Subject + ".>"}, Storage: jetstream.FileStorage, Duplicates: 10 * time.Minute,
	})
	if err != nil && !errors.Is(err, jetstream.ErrStreamNameAlreadyInUse) {
		return fmt.Errorf("create stream %s: %w", Stream, err)
	}
	return nil
}

// publishAll sends everything, then waits for every acknowledgement.
func publishAll(ctx context.Context, js jetstream.JetStream, denials *denials, source string, messages []Message) []error {
	errs := make([]error, len(messages))
	acks := make([]jetstream.PubAckFuture, len(messages))
	denied := make([]<-chan error, len(messages))
	defer denials.forget()
	for i, message := range messages {
		encoded, err := encode(message, source)
		if err == nil {
			denied[i] = denials.of(encoded.Subject)
			acks[i], err = js.PublishMsgAsync(encoded, jetstream.WithRetryAttempts(1))
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

func encode(m Message, source string) (*nats.Msg, error) {
	body, err := structured(m, source)
	if err != nil {
		return nil, err
	}
	subject := fmt.Sprintf("%s.%s.%s", Subject, strings.ReplaceAll(m.Type, ".", "_"), m.StreamID)
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
