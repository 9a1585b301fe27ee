package natsbroker

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"example.com/pgcqrs/engine/outbox"
	"example.com/pgcqrs/engine/outbox/natsbroker/link"
)

// Publish has the type outbox.Publish: it sends messages as CloudEvents. Publish sends messages
// only while the broker is known to keep the messages that it acknowledges. The message id is the
// event's id. If the broker has received this id within the stream's duplicate window, the broker
// drops the message.
func (b *Broker) Publish(ctx context.Context, messages []outbox.Message) []error {
	on := b.link.Current()
	if !on.Conn.IsConnected() {
		return allFailed(messages, nats.ErrDisconnected)
	}
	if err := b.settings.Verify(ctx); err != nil {
		return allFailed(messages, err)
	}
	errs := b.publishAll(ctx, on, messages)
	if errors.Join(errs...) != nil {
		b.settings.Doubt() // somebody may have replaced or deleted the stream
	}
	return errs
}

// publishAll sends all messages, and then waits for all acknowledgements.
func (b *Broker) publishAll(ctx context.Context, on *link.Connection, messages []outbox.Message) []error {
	errs := make([]error, len(messages))
	acks := make([]jetstream.PubAckFuture, len(messages))
	denied := make([]<-chan error, len(messages))
	defer on.Denials.Forget()
	for i, message := range messages {
		encoded, err := encode(b.config, message)
		if err == nil {
			denied[i] = on.Denials.Of(encoded.Subject)
			acks[i], err = on.JS.PublishMsgAsync(encoded, jetstream.WithRetryAttempts(1), jetstream.WithExpectStream(StreamName(b.config.Service)))
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

func encode(config Config, m outbox.Message) (*nats.Msg, error) {
	body, err := outbox.Structured(m, config.Source)
	if err != nil {
		return nil, err
	}
	subject := fmt.Sprintf("%s.%s.%s", config.Service, strings.ReplaceAll(m.Type, ".", "_"), m.StreamID)
	if err := checkSubject(subject); err != nil {
		return nil, err
	}
	return &nats.Msg{
		Subject: subject,
		Data:    body,
		Header: nats.Header{
			jetstream.MsgIDHeader: {m.EventID.String()},
			"Content-Type":        {outbox.CloudEventType},
		},
	}, nil
}

func allFailed(messages []outbox.Message, err error) []error {
	errs := make([]error, len(messages))
	for i := range errs {
		errs[i] = err
	}
	return errs
}
