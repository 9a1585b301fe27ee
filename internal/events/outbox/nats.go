package outbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
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

// cloudEvent is the envelope (CloudEvents 1.0, JSON format).
type cloudEvent struct {
	SpecVersion     string          `json:"specversion"`
	ID              string          `json:"id"`
	Source          string          `json:"source"`
	Type            string          `json:"type"`
	Subject         string          `json:"subject"`
	Time            time.Time       `json:"time"`
	DataContentType string          `json:"datacontenttype"`
	Traceparent     *string         `json:"traceparent,omitempty"`
	Sequence        string          `json:"sequence"` // extension: the position, rising
	Data            json.RawMessage `json:"data"`
}

// ToNATS publishes to JetStream as CloudEvents. The event's id is the message id:
// within the stream's duplicate window the broker drops what it has already.
func ToNATS(js jetstream.JetStream, source string) Publish {
	ready := false
	return func(ctx context.Context, messages []Message) []error {
		if !ready {
			if err := createStream(ctx, js); err != nil {
				return allFailed(messages, err)
			}
			ready = true
		}
		errs := publishAll(ctx, js, source, messages)
		if errors.Is(errors.Join(errs...), jetstream.ErrNoStreamResponse) {
			ready = false // somebody deleted it
		}
		return errs
	}
}

// createStream makes the stream if it is missing, and leaves one that is there as
// its operators have set it up.
func createStream(ctx context.Context, js jetstream.JetStream) error {
	_, err := js.CreateStream(ctx, jetstream.StreamConfig{
		Name: Stream, Subjects: []string{Subject + ".>"}, Storage: jetstream.FileStorage, Duplicates: 10 * time.Minute,
	})
	if err != nil && !errors.Is(err, jetstream.ErrStreamNameAlreadyInUse) {
		return fmt.Errorf("create stream %s: %w", Stream, err)
	}
	return nil
}

// publishAll sends everything, then waits for every acknowledgement.
func publishAll(ctx context.Context, js jetstream.JetStream, source string, messages []Message) []error {
	errs := make([]error, len(messages))
	acks := make([]jetstream.PubAckFuture, len(messages))
	for i, message := range messages {
		encoded, err := encode(message, source)
		if err == nil {
			acks[i], err = js.PublishMsgAsync(encoded, jetstream.WithRetryAttempts(1))
		}
		errs[i] = err
	}
	for i, ack := range acks {
		if ack != nil {
			errs[i] = wait(ctx, ack)
		}
	}
	return errs
}

func wait(ctx context.Context, ack jetstream.PubAckFuture) error {
	select {
	case <-ack.Ok():
		return nil
	case err := <-ack.Err():
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

func encode(m Message, source string) (*nats.Msg, error) {
	body, err := json.Marshal(cloudEvent{
		SpecVersion: "1.0", ID: m.EventID.String(), Source: source, Type: m.Type, Subject: m.StreamID.String(),
		Time: m.OccurredAt.UTC(), DataContentType: "application/json", Traceparent: m.Traceparent,
		Sequence: fmt.Sprintf("%020d", m.Position), Data: m.Data,
	})
	if err != nil {
		return nil, fmt.Errorf("encode message %s: %w", m.EventID, err)
	}
	subject := fmt.Sprintf("%s.%s.%s", Subject, strings.ReplaceAll(m.Type, ".", "_"), m.StreamID)
	return &nats.Msg{
		Subject: subject,
		Data:    body,
		Header: nats.Header{
			jetstream.MsgIDHeader: {m.EventID.String()},
			"Content-Type":        {"application/cloudevents+json"},
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
