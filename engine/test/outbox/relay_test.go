// Package outbox_test checks the guarantees of the relay on a real PostgreSQL server and a real
// NATS JetStream server.
package outbox_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/tank"
	"example.com/pgcqrs/engine/enginetest/testdb"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog"
	"example.com/pgcqrs/engine/outbox"
	"example.com/pgcqrs/engine/outbox/natsbroker"
	"example.com/pgcqrs/engine/outbox/relay"
	"example.com/pgcqrs/engine/pg"
)

// service is the name of the service that publishes, and tankStream is the name of its JetStream
// stream.
const (
	service    = "tanks"
	tankStream = "TANKS"
)

func connect(t *testing.T, url string) *pgxpool.Pool {
	t.Helper()
	pool, err := pg.Open(t.Context(), url, t.Name(), 8)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	return pool
}

func newStore(t *testing.T, pool *pgxpool.Pool) *eventlog.Store {
	t.Helper()
	store := eventlog.New(pool, eventlog.Config{Decode: tank.Decode, MessageOf: event.PublicMessage})
	await.Background(t, store.Run)
	return store
}

func runRelay(t *testing.T, pool *pgxpool.Pool, publish outbox.Publish) {
	t.Helper()
	await.Background(t, relay.New(pool, relay.Config{
		Publish: publish, Poll: 10 * time.Millisecond, MaxBatch: 20, MaxBackoff: 50 * time.Millisecond,
		Logger: slog.New(slog.DiscardHandler),
	}).Run)
}

// appendMany appends Poured events to several streams in rounds: one event to each stream per
// round. The amounts are 1 in the first round, 2 in the second round, and so on.
func appendMany(t *testing.T, store *eventlog.Store, streams, each int) []uuid.UUID {
	t.Helper()
	ids := make([]uuid.UUID, streams)
	for i := range ids {
		ids[i] = uuid.New()
	}
	for version := range each {
		for _, id := range ids {
			a := event.Append{Streams: []event.StreamAppend{{Type: tank.Stream, ID: id, Expected: int64(version),
				Events: []event.Event{tank.Poured{Amount: int64(version + 1)}}}}}
			if _, err := store.Append(t.Context(), a); err != nil {
				t.Fatal(err)
			}
		}
	}
	return ids
}

func outboxDepth(t *testing.T, pool *pgxpool.Pool) int {
	t.Helper()
	var depth int
	if err := pool.QueryRow(t.Context(), `SELECT count(*) FROM outbox`).Scan(&depth); err != nil {
		t.Fatal(err)
	}
	return depth
}

// fakeBroker accepts or refuses each message as the function fail says, and records the accepted
// messages.
type fakeBroker struct {
	mu    sync.Mutex
	taken []outbox.Message
	fail  func(attempt int, m outbox.Message) error
	count int
}

func (b *fakeBroker) publish(_ context.Context, messages []outbox.Message) []error {
	b.mu.Lock()
	defer b.mu.Unlock()
	errs := make([]error, len(messages))
	for i, m := range messages {
		b.count++
		if errs[i] = b.fail(b.count, m); errs[i] == nil {
			b.taken = append(b.taken, m)
		}
	}
	return errs
}

// checkOrder expects that all messages of each stream have arrived, in the order of the stream.
func (b *fakeBroker) checkOrder(t *testing.T, ids []uuid.UUID, each int) {
	t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, id := range ids {
		var positions []int64
		for _, m := range b.taken {
			if m.StreamID == id {
				positions = append(positions, m.Position)
			}
		}
		if !slices.IsSorted(positions) || len(slices.Compact(positions)) != each {
			t.Errorf("stream %s: messages came as %v", id, positions)
		}
	}
}

// Guarantee 7: although the broker refuses every third attempt, each message is sent at least once,
// and the messages of each stream are sent in order.
func TestOrderPerStreamWhenTheBrokerFailsNowAndThen(t *testing.T) {
	t.Parallel()
	pool := connect(t, testdb.New(t))
	ids := appendMany(t, newStore(t, pool), 5, 12)
	broker := &fakeBroker{fail: func(attempt int, _ outbox.Message) error {
		if attempt%3 == 0 {
			return errors.New("not now")
		}
		return nil
	}}
	runRelay(t, pool, broker.publish)
	await.True(t, "the outbox is empty", func() bool { return outboxDepth(t, pool) == 0 })
	broker.checkOrder(t, ids, 12)
}

// The relay deletes a message from the outbox only after the broker has acknowledged the message.
func TestNothingIsDeletedWithoutAnAcknowledgement(t *testing.T) {
	t.Parallel()
	pool := connect(t, testdb.New(t))
	appendMany(t, newStore(t, pool), 1, 3)
	tried := make(chan struct{}, 1000)
	runRelay(t, pool, func(_ context.Context, messages []outbox.Message) []error {
		tried <- struct{}{}
		return slices.Repeat([]error{errors.New("broker is away")}, len(messages))
	})
	for range 3 {
		select {
		case <-tried:
		case <-time.After(await.Within):
			t.Fatal("the relay gave up")
		}
	}
	if depth := outboxDepth(t, pool); depth != 3 {
		t.Errorf("%d messages are left of 3", depth)
	}
}

// If the broker always refuses one message, only the messages of the same stream are delayed.
func TestRefusedMessageHoldsUpItsOwnStreamOnly(t *testing.T) {
	t.Parallel()
	pool := connect(t, testdb.New(t))
	ids := appendMany(t, newStore(t, pool), 3, 4)
	broker := &fakeBroker{fail: func(_ int, m outbox.Message) error {
		if m.StreamID == ids[0] {
			return errors.New("too large")
		}
		return nil
	}}
	runRelay(t, pool, broker.publish)
	await.True(t, "the other streams' messages are out", func() bool { return outboxDepth(t, pool) == 4 })
	broker.checkOrder(t, ids[1:], 4)
}

// If two relays run, only one of them sends messages. When this relay ends, the other relay
// continues.
func TestTwoRelays(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	pool := connect(t, url)
	store := newStore(t, pool)
	broker := &fakeBroker{fail: func(int, outbox.Message) error { return nil }}
	ctx, stop := context.WithCancel(t.Context())
	first := relay.New(connect(t, url), relay.Config{Publish: broker.publish, Poll: 10 * time.Millisecond, Logger: slog.New(slog.DiscardHandler)})
	ended := make(chan error, 1)
	go func() { ended <- first.Run(ctx) }()
	ids := appendMany(t, store, 2, 5)
	await.True(t, "the first relay has emptied the outbox", func() bool { return outboxDepth(t, pool) == 0 })

	runRelay(t, connect(t, url), broker.publish)
	stop()
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	more := appendMany(t, store, 2, 5)
	await.True(t, "the second relay has emptied the outbox", func() bool { return outboxDepth(t, pool) == 0 })
	broker.checkOrder(t, append(ids, more...), 5)
	if len(broker.taken) != 20 {
		t.Errorf("%d messages were sent, want each of 20 once", len(broker.taken))
	}
}

// startNATS runs a NATS server with JetStream. If port is 0, the server listens on any free port.
func startNATS(t *testing.T, dir string, port int) *server.Server {
	t.Helper()
	if port == 0 {
		port = -1
	}
	return runNATS(t, &server.Options{Host: "127.0.0.1", Port: port, JetStream: true, StoreDir: dir, NoLog: true, NoSigs: true})
}

// received waits until the JetStream stream has as many messages as the parameter want says, and
// returns all of them.
func received(t *testing.T, url string, want int) []jetstream.Msg {
	t.Helper()
	connection, err := nats.Connect(url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(connection.Close)
	js, err := jetstream.New(connection)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), await.Within) // a cluster may be electing a leader
	t.Cleanup(cancel)
	consumer, err := js.OrderedConsumer(ctx, tankStream, jetstream.OrderedConsumerConfig{})
	if err != nil {
		t.Fatal(err)
	}
	var messages []jetstream.Msg
	for ctx.Err() == nil { // a busy machine may deliver the first messages late
		batch, err := consumer.Fetch(want+1, jetstream.FetchMaxWait(time.Second))
		if err != nil {
			t.Fatal(err)
		}
		before := len(messages)
		for m := range batch.Messages() {
			messages = append(messages, m)
		}
		if len(messages) > want || len(messages) == want && len(messages) == before {
			break // the stream has more messages than expected, or no further messages
		}
	}
	return messages
}

// JetStream receives one CloudEvent per event, in the order of the events. The id of the CloudEvent
// is the id of the event. The broker may be down when the relay starts, and may stop later.
func TestJetStream(t *testing.T) {
	t.Parallel()
	pool := connect(t, testdb.New(t))
	store := newStore(t, pool)
	dir := t.TempDir()
	broker := startNATS(t, dir, 0)
	url := broker.ClientURL()
	runRelay(t, pool, toNATS(t, url))
	ids := appendMany(t, store, 2, 5)
	await.True(t, "the outbox is empty", func() bool { return outboxDepth(t, pool) == 0 })

	broker.Shutdown()
	broker.WaitForShutdown()
	ids = append(ids, appendMany(t, store, 2, 5)...)
	if depth := outboxDepth(t, pool); depth != 10 {
		t.Errorf("the outbox keeps %d of 10 messages while the broker is away", depth)
	}
	startNATS(t, dir, portOf(t, url))
	await.True(t, "the outbox is empty again", func() bool { return outboxDepth(t, pool) == 0 })
	checkCloudEvents(t, pool, received(t, url, 20), ids)
}

// The relay may crash after the broker has acknowledged a message and before the message is deleted
// from the outbox. The message is then sent twice, but JetStream stores it only once.
func TestJetStreamDropsWhatItHas(t *testing.T) {
	t.Parallel()
	url := startNATS(t, t.TempDir(), 0).ClientURL()
	publish := toNATS(t, url)
	message := outbox.Message{Position: 1, EventID: uuid.New(), StreamID: uuid.New(), Type: "x", Data: []byte("{}")}
	for range 2 {
		if err := errors.Join(publish(t.Context(), []outbox.Message{message})...); err != nil {
			t.Fatal(err)
		}
	}
	if messages := received(t, url, 1); len(messages) != 1 {
		t.Errorf("%d messages, want 1", len(messages))
	}
}

func portOf(t *testing.T, rawURL string) int {
	t.Helper()
	u, err := url.Parse(rawURL)
	if err != nil {
		t.Fatal(err)
	}
	port, err := strconv.Atoi(u.Port())
	if err != nil {
		t.Fatal(err)
	}
	return port
}

func checkCloudEvents(t *testing.T, pool *pgxpool.Pool, messages []jetstream.Msg, ids []uuid.UUID) {
	t.Helper()
	tail, err := eventlog.New(pool, eventlog.Config{Decode: tank.Decode}).After(context.Background(), 0, 100)
	if err != nil || len(messages) != len(tail) {
		t.Fatalf("%d messages for %d events, %v", len(messages), len(tail), err)
	}
	byID := make(map[string]event.Recorded)
	for _, e := range tail {
		byID[e.ID.String()] = e
	}
	last := make(map[string]string)
	for _, m := range messages {
		var ce struct {
			SpecVersion, ID, Source, Type, Subject, DataContentType, Sequence string
			Data                                                              struct{ Amount int64 }
		}
		if err := json.Unmarshal(m.Data(), &ce); err != nil {
			t.Fatal(err)
		}
		e, ok := byID[ce.ID]
		want := fmt.Sprintf("1.0 /test %s %s application/json %020d %d", tank.PouredMessage, e.StreamID, e.Position, e.Version)
		got := fmt.Sprintf("%s %s %s %s %s %s %d", ce.SpecVersion, ce.Source, ce.Type, ce.Subject, ce.DataContentType, ce.Sequence, ce.Data.Amount)
		if !ok || got != want || m.Headers().Get(jetstream.MsgIDHeader) != ce.ID {
			t.Errorf("got %s under id %s, want %s", got, m.Headers().Get(jetstream.MsgIDHeader), want)
		}
		if last[ce.Subject] >= ce.Sequence {
			t.Errorf("stream %s: %s came after %s", ce.Subject, ce.Sequence, last[ce.Subject])
		}
		last[ce.Subject] = ce.Sequence
	}
	if len(last) != len(ids) {
		t.Errorf("messages of %d streams, want %d", len(last), len(ids))
	}
}

// appendTo appends one event to a stream and returns the position of the event.
func appendTo(t *testing.T, store *eventlog.Store, id uuid.UUID) int64 {
	t.Helper()
	appended, err := store.Append(t.Context(), event.Append{Streams: []event.StreamAppend{{Type: tank.Stream, ID: id, Expected: event.AnyVersion,
		Events: []event.Event{tank.Poured{Amount: 1}}}}})
	if err != nil {
		t.Fatal(err)
	}
	return appended.Position
}

func (b *fakeBroker) has(position int64) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.ContainsFunc(b.taken, func(m outbox.Message) bool { return m.Position == position })
}

// ackFor is the time limit for an acknowledgement of the broker. It is long, because the machine of
// the tests may be busy.
const ackFor = 5 * time.Second

// openNATS opens a connection to a NATS server, and checks the server's settings in the background.
func openNATS(t *testing.T, config natsbroker.Config) *natsbroker.Broker {
	t.Helper()
	config.Service, config.Source, config.Timeout = service, "/test", ackFor
	if config.Logger == nil {
		config.Logger = slog.New(slog.DiscardHandler)
	}
	broker, err := natsbroker.Open(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(broker.Close)
	await.Background(t, broker.Watch)
	return broker
}

func toNATS(t *testing.T, servers string) outbox.Publish {
	t.Helper()
	return openNATS(t, natsbroker.Config{Servers: servers}).Publish
}
