package outbox_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/tank"
	"example.com/pgcqrs/engine/enginetest/testdb"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/outbox"
)

// natsWith runs a broker and creates a stream on it. The user of the relay may not publish messages
// of the type "forbidden".
func natsWith(t *testing.T, stream jetstream.StreamConfig) (outbox.Publish, *server.Server) {
	t.Helper()
	broker, err := server.NewServer(&server.Options{
		Host: "127.0.0.1", Port: -1, JetStream: true, StoreDir: t.TempDir(), NoLog: true, NoSigs: true,
		Users: []*server.User{
			{Username: "relay", Password: "x", Permissions: &server.Permissions{Publish: &server.SubjectPermission{Deny: []string{service + ".forbidden.>", service + `.for"bidden\.>`}}}},
			{Username: "operator", Password: "x"},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	broker.Start()
	t.Cleanup(func() { broker.Shutdown(); broker.WaitForShutdown() })
	if !broker.ReadyForConnections(await.Within) {
		t.Fatal("nats-server did not start")
	}
	operator, err := nats.Connect(broker.ClientURL(), nats.UserInfo("operator", "x"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(operator.Close)
	js, err := jetstream.New(operator)
	if err != nil {
		t.Fatal(err)
	}
	stream.Name, stream.Subjects = tankStream, []string{service + ".>"}
	if _, err := js.CreateStream(t.Context(), stream); err != nil {
		t.Fatal(err)
	}
	publish := toNATS(t, strings.Replace(broker.ClientURL(), "nats://", "nats://relay:x@", 1))
	return publish, broker
}

func messageOf(kind string, size int) outbox.Message {
	data, err := json.Marshal(strings.Repeat("x", size))
	if err != nil {
		panic(err)
	}
	return outbox.Message{Position: 1, EventID: uuid.New(), StreamID: uuid.New(), Type: kind, Data: data}
}

func sendOne(t *testing.T, publish outbox.Publish, message outbox.Message) error {
	t.Helper()
	return publish(t.Context(), []outbox.Message{message})[0]
}

// takes waits until the broker takes a message. Meanwhile it logs each error that differs from the
// error before.
func takes(t *testing.T, what string, publish outbox.Publish) {
	t.Helper()
	var last string
	await.True(t, what, func() bool {
		err := sendOne(t, publish, messageOf("small", 1))
		if err != nil && err.Error() != last {
			last = err.Error()
			t.Logf("the broker does not take a message: %s", last)
		}
		return err == nil
	})
}

// NATS refuses some messages each time they are sent, because of their size, their subject, a
// missing permission or a limit per subject. It refuses other messages only for some time. The
// relay must distinguish the two cases.
func TestWhatNATSRefuses(t *testing.T) {
	t.Parallel()
	publish, broker := natsWith(t, jetstream.StreamConfig{
		MaxMsgSize: 4 << 10, MaxMsgs: 3, Discard: jetstream.DiscardNew, MaxMsgsPerSubject: 1, DiscardNewPerSubject: true,
	})
	taken := messageOf("small", 10)
	if err := sendOne(t, publish, taken); err != nil {
		t.Fatal(err)
	}
	same := taken
	same.EventID = uuid.New()
	for name, message := range map[string]outbox.Message{
		"larger than the broker's max_payload": messageOf("huge", 2<<20),
		"larger than the stream's messages":    messageOf("large", 8<<10),
		"more than the stream has of it":       same,
		"not allowed to publish":               messageOf("forbidden", 10),
		"not allowed, and quoted":              messageOf(`for"bidden\`, 10),
		"no subject":                           messageOf("white space", 10),
	} {
		started := time.Now()
		refused, ok := errors.AsType[*outbox.Refused](sendOne(t, publish, message))
		if !ok {
			t.Errorf("%s: taken for the broker's absence", name)
		} else if took := time.Since(started); took > ackFor/2 { // before the time limit of an acknowledgement
			t.Errorf("%s: said after %s: %v", name, took, refused)
		}
	}
	for range 2 {
		if err := sendOne(t, publish, messageOf("small", 10)); err != nil {
			t.Fatal(err)
		}
	}
	checkNotRefused(t, "the stream is full", sendOne(t, publish, messageOf("small", 10)))
	broker.Shutdown()
	broker.WaitForShutdown()
	checkNotRefused(t, "the broker is away", sendOne(t, publish, messageOf("forbidden", 10)))
}

func checkRefused(t *testing.T, name string, err error) {
	t.Helper()
	if _, refused := errors.AsType[*outbox.Refused](err); !refused {
		t.Errorf("%s: taken for the broker's absence: %v", name, err)
	}
}

func checkNotRefused(t *testing.T, name string, err error) {
	t.Helper()
	if _, refused := errors.AsType[*outbox.Refused](err); refused || err == nil {
		t.Errorf("%s: %v is no answer about a message", name, err)
	}
}

// The broker allows only small messages. The relay moves a larger message, and the later messages
// of its stream, to the table dead_messages. The messages of other streams are not delayed.
func TestNATSRefusalIsSetAside(t *testing.T) {
	t.Parallel()
	pool := connect(t, testdb.New(t))
	store := newStore(t, pool)
	publish, _ := natsWith(t, jetstream.StreamConfig{MaxMsgSize: 1000})
	relayOf(t, pool, publish)
	small, large := uuid.New(), uuid.New()
	for version := range int64(3) {
		for _, id := range []uuid.UUID{small, large} {
			poured := tank.Poured{Amount: version + 1}
			if id == large && version == 1 {
				poured.Note = strings.Repeat("x", 1000)
			}
			if _, err := store.Append(t.Context(), event.Append{Streams: []event.StreamAppend{
				{Type: tank.Stream, ID: id, Expected: version, Events: []event.Event{poured}}}}); err != nil {
				t.Fatal(err)
			}
		}
	}
	await.True(t, "the outbox is empty", func() bool { return outboxDepth(t, pool) == 0 })
	dead := deadOf(t, pool)
	if len(dead) != 1 || dead[0].StreamID != large || dead[0].Behind != 1 || !strings.Contains(dead[0].Error, "message size exceeds maximum") {
		t.Fatalf("dead: %+v", dead)
	}
}

// The body of an HTTP request has at most 64 KiB. Even if JSON writes each byte of it as six bytes,
// the message of the event is smaller than 1 MiB, the default limit of NATS.
func TestLargestMessageFitsNATS(t *testing.T) {
	t.Parallel()
	publish, _ := natsWith(t, jetstream.StreamConfig{})
	const largestBody = 64 << 10 // the limit of httpapi; JSON may write each byte as six
	if err := sendOne(t, publish, messageOf(tank.PouredMessage, 6*largestBody)); err != nil {
		t.Error(err)
	}
}
