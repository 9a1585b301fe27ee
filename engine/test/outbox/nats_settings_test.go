package outbox_test

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/prometheus/client_golang/prometheus"

	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/testdb"
	"example.com/pgcqrs/engine/outbox"
	"example.com/pgcqrs/engine/outbox/depth"
	"example.com/pgcqrs/engine/outbox/natsbroker"
)

// operatorOf returns a JetStream client with which a test changes the settings of the broker, as an
// operator does.
func operatorOf(t *testing.T, servers string) jetstream.JetStream {
	t.Helper()
	connection, err := nats.Connect(servers)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(connection.Close)
	js, err := jetstream.New(connection)
	if err != nil {
		t.Fatal(err)
	}
	return js
}

// checkPublishes expects that the settings of the broker are correct, and that the broker accepts a
// message.
func checkPublishes(t *testing.T, broker *natsbroker.Broker) {
	t.Helper()
	if err := sendOne(t, broker.Publish, messageOf("small", 1)); err != nil {
		t.Error(err)
	}
	if err := broker.Check(t.Context()); err != nil {
		t.Error(err)
	}
}

// checkLossy expects that the broker's settings could lose messages: the relay publishes no
// message, and the readiness check reports the reason why.
func checkLossy(t *testing.T, broker *natsbroker.Broker, why string) {
	t.Helper()
	checkNotRefused(t, why, sendOne(t, broker.Publish, messageOf("small", 1)))
	if err := broker.Check(t.Context()); err == nil || !strings.Contains(err.Error(), why) {
		t.Errorf("%v does not say %q", err, why)
	}
}

// Some settings of a JetStream stream allow it to lose acknowledged messages. The relay sends
// nothing to a stream with such settings.
func TestStreamThatLosesMessages(t *testing.T) {
	t.Parallel()
	for why, config := range map[string]jetstream.StreamConfig{
		"is kept in memory":                                                            {Storage: jetstream.MemoryStorage},
		"before it writes":                                                             {PersistMode: jetstream.AsyncPersistMode},
		"acknowledges nothing":                                                         {NoAck: true},
		"drops all but the last messages on a subject":                                 {MaxMsgsPerSubject: 10},
		"on a subject, which is a type and a stream of":                                {MaxMsgsPerSubject: 10, Discard: jetstream.DiscardNew},
		"it keeps what consumers wait for":                                             {Retention: jetstream.InterestPolicy},
		"takes no message: stream TANKS is a mirror of":                                {Mirror: &jetstream.StreamSource{Name: "OTHER"}},
		"takes no message: stream TANKS keeps counters":                                {AllowMsgCounter: true},
		"a single server can't have 2 replicas: set NATS_REPLICAS=1, or use a cluster": {},
	} {
		url := startNATS(t, t.TempDir(), 0).ClientURL()
		if config.Name = tankStream; config.Mirror == nil {
			config.Subjects = []string{service + ".>"}
		}
		stream, err := operatorOf(t, url).CreateStream(t.Context(), config)
		if err != nil {
			t.Fatal(err)
		}
		replicas := 0
		if strings.Contains(why, "NATS_REPLICAS") {
			replicas = 2
		}
		checkLossy(t, openNATS(t, natsbroker.Config{Servers: url, Replicas: replicas}), why)
		if info, err := stream.Info(t.Context()); err != nil || info.State.Msgs != 0 {
			t.Errorf("%s: %d messages were sent, %v", why, info.State.Msgs, err)
		}
	}
}

// A JetStream stream with limited retention may delete messages before a consumer has read them.
// The relay sends messages to such a stream, but logs this risk once.
func TestRetentionIsSaid(t *testing.T) {
	t.Parallel()
	const full = "refuses messages, which wait in the outbox,"
	for says, config := range map[string]jetstream.StreamConfig{
		"drops messages after 1h0m0s":                     {MaxAge: time.Hour},
		"drops its oldest messages over 1000 of them":     {MaxMsgs: 1000},
		"drops its oldest messages over 1000000 bytes":    {MaxBytes: 1e6},
		full + " over 1000 of them":                       {MaxMsgs: 1000, Discard: jetstream.DiscardNew},
		full + " over 1000000 bytes":                      {MaxBytes: 1e6, Discard: jetstream.DiscardNew},
		"set aside as dead, over 5 on a subject":          {MaxMsgsPerSubject: 5, Discard: jetstream.DiscardNew, DiscardNewPerSubject: true},
		"drops messages that a consumer has acknowledged": {Retention: jetstream.WorkQueuePolicy},
		"sent again for 30s only":                         {Duplicates: 30 * time.Second},
		"sent again for 1m0s only":                        {MaxAge: time.Minute},
		"sent again for 0s only":                          {Sources: []*jetstream.StreamSource{{Name: "OTHER"}}},
		"keeps messages under other subjects":             {SubjectTransform: &jetstream.SubjectTransformConfig{Source: service + ".>", Destination: service + ".other.>"}},
		"":                                                {DenyDelete: true, DenyPurge: true, AllowDirect: true, RePublish: &jetstream.RePublish{Destination: "copy.>"}, MaxMsgSize: 1 << 20},
	} {
		url := startNATS(t, t.TempDir(), 0).ClientURL()
		config.Name, config.Subjects = tankStream, []string{service + ".>"}
		if _, err := operatorOf(t, url).CreateStream(t.Context(), config); err != nil {
			t.Fatalf("%s: %v", says, err)
		}
		broker, said := logged(t, natsbroker.Config{Servers: url})
		checkPublishes(t, broker)
		said.line(t, "sync=")
		if says != "" && !strings.Contains(said.line(t, "retention="), says) {
			t.Errorf("%s: the log says %s", says, said.line(t, "retention="))
		}
		for range 2 { // in each round, the relay reads the settings again
			_ = broker.Publish(t.Context(), []outbox.Message{messageOf("bad subject", 1)})
			checkPublishes(t, broker)
		}
		said.mu.Lock()
		if times := strings.Count(said.said.String(), "retention="); (says == "") != (times == 0) || times > 1 {
			t.Errorf("%s: the log says it %d times", says, times)
		}
		said.mu.Unlock()
	}
}

// A JetStream stream with interest retention deletes a message when every consumer has acknowledged
// it. If the stream has no consumer, it stores no message at all, so the relay sends nothing.
func TestStreamOfInterest(t *testing.T) {
	t.Parallel()
	url := startNATS(t, t.TempDir(), 0).ClientURL()
	operator := operatorOf(t, url)
	config := jetstream.StreamConfig{Name: tankStream, Subjects: []string{service + ".>"}, Retention: jetstream.InterestPolicy}
	if _, err := operator.CreateStream(t.Context(), config); err != nil {
		t.Fatal(err)
	}
	broker := openNATS(t, natsbroker.Config{Servers: url})
	checkLossy(t, broker, "and has none: add a consumer")
	if _, err := operator.CreateConsumer(t.Context(), tankStream, jetstream.ConsumerConfig{Durable: "mail"}); err != nil {
		t.Fatal(err)
	}
	takes(t, "a message is taken", broker.Publish)
	checkPublishes(t, broker)
}

// A sealed JetStream stream accepts no messages. The readiness check reports this.
func TestSealedStream(t *testing.T) {
	t.Parallel()
	url := startNATS(t, t.TempDir(), 0).ClientURL()
	operator := operatorOf(t, url)
	config := jetstream.StreamConfig{Name: tankStream, Subjects: []string{service + ".>"}}
	if _, err := operator.CreateStream(t.Context(), config); err != nil {
		t.Fatal(err)
	}
	config.Sealed = true
	if _, err := operator.UpdateStream(t.Context(), config); err != nil {
		t.Fatal(err)
	}
	checkLossy(t, openNATS(t, natsbroker.Config{Servers: url}), "takes no message: stream TANKS is sealed")
}

// log collects the lines that a broker connection logs.
type log struct {
	mu   sync.Mutex
	said strings.Builder
}

// Write adds a line to the log.
func (l *log) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.said.Write(line)
}

// line waits until the log has a line that contains the text, and returns that line.
func (l *log) line(t *testing.T, text string) string {
	t.Helper()
	found := ""
	await.True(t, "the log says "+text, func() bool {
		l.mu.Lock()
		defer l.mu.Unlock()
		for line := range strings.Lines(l.said.String()) {
			if strings.Contains(line, text) {
				found = line
			}
		}
		return found != ""
	})
	return found
}

// logged opens a broker connection, and also returns the log of the connection.
func logged(t *testing.T, config natsbroker.Config) (*natsbroker.Broker, *log) {
	t.Helper()
	said := new(log)
	config.Logger = slog.New(slog.NewTextHandler(said, nil))
	return openNATS(t, config), said
}

// A NATS server that is not part of a cluster refuses to create a stream with several replicas.
func TestReplicasOnASingleServer(t *testing.T) {
	t.Parallel()
	broker, said := logged(t, natsbroker.Config{Servers: startNATS(t, t.TempDir(), 0).ClientURL(), Replicas: 3})
	const why = "a single server can't have 3 replicas: set NATS_REPLICAS=1, or use a cluster"
	checkLossy(t, broker, why)
	if line := said.line(t, why); !strings.Contains(line, "level=ERROR") {
		t.Errorf("the log says %s", line)
	}
	if broker.Durable() {
		t.Error("it is said to be durable")
	}
}

// The gauge outbox_broker_durable is 0 until the relay has read the settings of the broker, for
// example while the broker can't be reached. When the relay has read the settings and they are
// safe, the gauge is 1.
func TestDurableOnceItIsSeen(t *testing.T) {
	t.Parallel()
	port := freePort(t)
	broker := openNATS(t, natsbroker.Config{Servers: fmt.Sprintf("nats://127.0.0.1:%d", port)})
	registry, asked := prometheus.NewRegistry(), make(chan struct{})
	await.Background(t, depth.New(connect(t, testdb.New(t)), depth.Config{
		Poll: time.Millisecond, Logger: slog.New(slog.DiscardHandler), Registerer: registry,
		Durable: func() bool {
			select {
			case asked <- struct{}{}:
			default:
			}
			return broker.Durable()
		},
	}).Run)
	await.Signal(t, "the relay looks", asked)
	await.Signal(t, "the relay looks again", asked)
	if up := durable(t, registry); up != 0 {
		t.Errorf("outbox_broker_durable is %v before anybody has seen the broker", up)
	}
	if err := broker.Check(t.Context()); err != nil {
		t.Errorf("readiness waits for the broker: %v", err)
	}
	startNATS(t, t.TempDir(), port)
	takes(t, "the broker takes a message", broker.Publish)
	await.True(t, "the broker is durable", func() bool { return durable(t, registry) == 1 })
}

// durable returns the value of the gauge outbox_broker_durable.
func durable(t *testing.T, registry *prometheus.Registry) float64 {
	t.Helper()
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, family := range families {
		if family.GetName() == "outbox_broker_durable" {
			return family.GetMetric()[0].GetGauge().GetValue()
		}
	}
	t.Fatal("there is no outbox_broker_durable")
	return 0
}

// If the relay knows that each server of the broker syncs every write to disk, it logs that the
// broker keeps acknowledged messages. Otherwise the relay logs that this is not known.
func TestLogSaysNoMoreThanIsKnown(t *testing.T) {
	t.Parallel()
	s := monitored(t, true)
	monitor := "http://" + s.MonitorAddr().String()
	const kept, unknown = "broker keeps what it acknowledges", "the broker's stream is as it must be; whether its servers sync is not known"
	for says, monitors := range map[string][][]string{kept: {{monitor}}, unknown: {nil, {monitor, "http://127.0.0.1:1"}}} {
		for _, known := range monitors {
			broker, said := logged(t, natsbroker.Config{Servers: s.ClientURL(), Monitors: known})
			checkPublishes(t, broker)
			if line := said.line(t, "sync="); !strings.Contains(line, says) || !strings.Contains(line, "level=INFO") {
				t.Errorf("%v: the log says %s", known, line)
			}
		}
	}
}

// On a cluster, a stream must have three replicas, or the number that the configuration sets. If an
// operator raises the number of replicas, the relay detects this and begins to send.
func TestReplicasOnACluster(t *testing.T) {
	t.Parallel()
	urls := startCluster(t).urls()
	operator := operatorOf(t, urls)
	config := jetstream.StreamConfig{Name: tankStream, Subjects: []string{service + ".>"}}
	if _, err := operator.CreateStream(t.Context(), config); err != nil {
		t.Fatal(err)
	}
	broker := openNATS(t, natsbroker.Config{Servers: urls})
	checkLossy(t, broker, "has 1 of 3 replicas: ")
	checkPublishes(t, openNATS(t, natsbroker.Config{Servers: urls, Replicas: 1}))
	config.Replicas = 3
	if _, err := operator.UpdateStream(t.Context(), config); err != nil {
		t.Fatal(err)
	}
	takes(t, "the replicas are there", broker.Publish)
	checkPublishes(t, broker)
	if err := operator.DeleteStream(t.Context(), tankStream); err != nil {
		t.Fatal(err)
	}
	takes(t, "the stream is made anew", broker.Publish)
	stream, err := operator.Stream(t.Context(), tankStream)
	if err != nil {
		t.Fatal(err)
	}
	if replicas := stream.CachedInfo().Config.Replicas; replicas != 3 {
		t.Errorf("the stream that was made has %d replicas", replicas)
	}
}

// A NATS server that syncs to disk only at intervals can lose acknowledged messages at a power
// failure. So the relay sends nothing to such a server. If the monitoring port of a server does not
// answer, the relay sends nevertheless, because the server may simply be down.
func TestServersThatSync(t *testing.T) {
	t.Parallel()
	lazy, always := monitored(t, false), monitored(t, true)
	monitor := func(s *server.Server) string { return "http://" + s.MonitorAddr().String() }
	const away = "http://127.0.0.1:1"
	checkLossy(t, openNATS(t, natsbroker.Config{Servers: lazy.ClientURL(), Monitors: []string{away, monitor(always), monitor(lazy)}}),
		fmt.Sprintf("the server monitored at %s does not sync", lazy.MonitorAddr()))
	checkPublishes(t, openNATS(t, natsbroker.Config{Servers: always.ClientURL(), Monitors: []string{away, monitor(always)}}))
	checkPublishes(t, openNATS(t, natsbroker.Config{Servers: lazy.ClientURL()}))
	for _, wrong := range []string{"nats-1:8222", "nats://nats-1:8222", ""} {
		_, err := natsbroker.Open(natsbroker.Config{Servers: always.ClientURL(), Monitors: []string{wrong}})
		if err == nil || !strings.Contains(err.Error(), "NATS_MONITOR_URLS") {
			t.Errorf("%q: %v", wrong, err)
		}
	}
}

// If the NATS client can't parse a URL, the error does not contain the URL. The URL may contain a
// part of a password.
func TestBadURLIsNotSaid(t *testing.T) {
	t.Parallel()
	for _, wrong := range []string{"nats://user:hunter2/x@h:4222", "nats://user:hunter2,x@h:4222", "nats://user:hunter2@h:port", "user:hunter2%zz@h"} {
		broker, err := natsbroker.Open(natsbroker.Config{Service: service, Servers: wrong, Logger: slog.New(slog.DiscardHandler)})
		if err == nil {
			broker.Close()
			t.Errorf("%s is taken", wrong)
		} else if strings.Contains(err.Error(), "hunter2") || strings.Contains(err.Error(), "port") || !strings.Contains(err.Error(), "NATS_URL") {
			t.Errorf("%s: %v", wrong, err)
		}
	}
}

// monitored runs a NATS server with a monitoring port. If always is true, the server syncs every
// write to disk, and its monitoring port says so.
func monitored(t *testing.T, always bool) *server.Server {
	t.Helper()
	s := runNATS(t, &server.Options{
		Host: "127.0.0.1", Port: server.RANDOM_PORT, HTTPHost: "127.0.0.1", HTTPPort: server.RANDOM_PORT,
		JetStream: true, StoreDir: t.TempDir(), SyncAlways: always, NoLog: true, NoSigs: true,
	})
	return s
}

// If a JetStream stream that is not the service's own has stored a message, the relay does not
// treat the message as sent.
func TestAnotherStreamInItsPlace(t *testing.T) {
	t.Parallel()
	url := startNATS(t, t.TempDir(), 0).ClientURL()
	broker := openNATS(t, natsbroker.Config{Servers: url})
	checkPublishes(t, broker)
	operator := operatorOf(t, url)
	other := jetstream.StreamConfig{Name: "OTHER", Subjects: []string{service + ".>"}, Storage: jetstream.MemoryStorage}
	await.True(t, "another stream has its place", func() bool { // the relay may be the first to create its stream again
		if err := operator.DeleteStream(t.Context(), tankStream); err != nil && !errors.Is(err, jetstream.ErrStreamNotFound) {
			t.Fatal(err)
		}
		if _, err := operator.CreateStream(t.Context(), other); err != nil {
			return false
		}
		_, err := operator.Stream(t.Context(), tankStream) // if a server gets both requests at the same time, it creates both streams
		return errors.Is(err, jetstream.ErrStreamNotFound)
	})
	checkNotRefused(t, "another stream", sendOne(t, broker.Publish, messageOf("small", 1)))
}
