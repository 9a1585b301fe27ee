//go:build linux

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"

	"github.com/google/uuid"
	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"example.com/pgcqrs/engine/outbox/natsbroker"
	"example.com/pgcqrs/internal/naming"
)

// brokerVariable holds address and directory for a process of this program that is to
// be the broker.
const brokerVariable = "CAMPAIGN_BROKER"

// broker is NATS with JetStream, in a process of its own.
type broker struct {
	*process
	address string
}

func startBroker(dir, address string) (*broker, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find this program: %w", err)
	}
	return &broker{address: address, process: supervise(dir, "nats", func() *exec.Cmd {
		command := exec.Command(self)
		command.Env = append(os.Environ(), brokerVariable+"="+address+" "+dir+"/nats")
		command.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
		return command
	})}, nil
}

func (b *broker) url() string { return "nats://" + b.address }

// serveBroker is the broker's process.
func serveBroker(where string) error {
	address, dir, _ := strings.Cut(where, " ")
	tcp, err := net.ResolveTCPAddr("tcp", address)
	if err != nil {
		return fmt.Errorf("read the broker's address: %w", err)
	}
	s, err := server.NewServer(&server.Options{Host: "127.0.0.1", Port: tcp.Port, JetStream: true, StoreDir: dir, NoSigs: true, NoLog: true})
	if err != nil {
		return fmt.Errorf("make NATS server: %w", err)
	}
	s.Start()
	s.WaitForShutdown()
	return nil
}

// refuse has the broker refuse every message for a while.
func (b *broker) refuse(ctx context.Context, d time.Duration) error {
	if err := b.limit(ctx, 10); err != nil {
		return err
	}
	pause(ctx, d)
	for ctx.Err() == nil { // it may be down just now
		if b.limit(ctx, -1) == nil {
			return nil
		}
		pause(ctx, 100*time.Millisecond)
	}
	return ctx.Err()
}

// limit sets how many bytes a message may have; -1: any number.
func (b *broker) limit(ctx context.Context, bytes int32) error {
	return b.stream(ctx, func(ctx context.Context, js jetstream.JetStream, stream jetstream.Stream) error {
		config := stream.CachedInfo().Config
		config.MaxMsgSize = bytes
		_, err := js.UpdateStream(ctx, config)
		return err
	})
}

func (b *broker) stream(ctx context.Context, work func(context.Context, jetstream.JetStream, jetstream.Stream) error) error {
	connection, err := nats.Connect(b.url(), nats.Timeout(time.Second))
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

// messages are all that the broker has, in its order.
func (b *broker) messages(ctx context.Context) (all []published, err error) {
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
	published
	sequence uint64
}

// publishedOf reads the event's id from the header, the account's from the end of the subject,
// and the text from the message.
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
	return numbered{published{id, account, digestOf(body.Data.Owner + body.Data.Reference)}, metadata.Sequence.Stream}, nil
}
