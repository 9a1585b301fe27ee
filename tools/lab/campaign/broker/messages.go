//go:build linux

package broker

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/google/uuid"
	"github.com/nats-io/nats.go/jetstream"

	"example.com/pgcqrs/tools/lab/campaign/history"
	"example.com/pgcqrs/tools/lab/campaign/sample"
)

// Messages returns all messages that the broker has stored, in the broker's order.
func (b *Broker) Messages(ctx context.Context) (all []history.Published, err error) {
	err = b.stream(ctx, func(ctx context.Context, _ jetstream.JetStream, stream jetstream.Stream) error {
		consumer, err := stream.OrderedConsumer(ctx, jetstream.OrderedConsumerConfig{})
		if err != nil {
			return fmt.Errorf("read the stream: %w", err)
		}
		last := stream.CachedInfo().State.LastSeq
		messages, err := consumer.Messages()
		if err != nil {
			return fmt.Errorf("read the stream: %w", err)
		}
		defer messages.Stop()
		for sequence := uint64(0); sequence < last; {
			message, err := messages.Next(jetstream.NextContext(ctx))
			if err != nil {
				return fmt.Errorf("read the stream: %w", err)
			}
			read, err := publishedOf(message)
			if err != nil {
				return err
			}
			sequence, all = read.sequence, append(all, read.published)
		}
		return nil
	})
	return all, err
}

type numbered struct {
	published history.Published
	sequence  uint64
}

// publishedOf reads a message of the broker. The header contains the event's id, the subject ends
// with the account's id, and the payload contains the text.
func publishedOf(message jetstream.Msg) (numbered, error) {
	subject := message.Subject()
	id, idErr := uuid.Parse(message.Headers().Get(jetstream.MsgIDHeader))
	account, accountErr := uuid.Parse(subject[strings.LastIndexByte(subject, '.')+1:])
	var body struct {
		Data struct{ Owner, Reference string }
	}
	bodyErr := json.Unmarshal(message.Data(), &body)
	metadata, err := message.Metadata()
	if err := errors.Join(idErr, accountErr, bodyErr, err); err != nil {
		return numbered{}, fmt.Errorf("message %s: %w", subject, err)
	}
	return numbered{history.Published{Id: id, Account: account, Text: sample.DigestOf(body.Data.Owner + body.Data.Reference)}, metadata.Sequence.Stream}, nil
}
