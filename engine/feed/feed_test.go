package feed

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/feed/ring"
)

// memory is a fake log in memory. The last byte of a stream's id, modulo 3, determines to whom the
// stream belongs: 0 means the subject "a", 1 the subject "b", and 2 nobody.
type memory struct {
	mu     sync.Mutex
	events []event.Recorded
	failed int // number of the next reads that will fail
	grown  chan struct{}
}

func (m *memory) append(streams ...byte) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, stream := range streams {
		id, version := uuid.UUID{1, 15: stream}, int64(1)
		for _, e := range m.events {
			if e.StreamID == id {
				version++
			}
		}
		kind := []string{"account.opened", "account.closed", "customer.registered"}[len(m.events)%3]
		m.events = append(m.events, event.Recorded{Position: int64(len(m.events)) + 1, ID: uuid.New(), StreamID: id, Version: version, Type: kind})
	}
	select {
	case m.grown <- struct{}{}:
	default:
	}
}

var errAway = errors.New("the log is away")

func (m *memory) look(ctx context.Context) error {
	if m.failed > 0 {
		m.failed--
		return errAway
	}
	return ctx.Err()
}

func (m *memory) Head(ctx context.Context) (int64, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return int64(len(m.events)), m.look(ctx)
}

func (m *memory) Tail(ctx context.Context, position int64, limit int) ([]event.Recorded, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	from := min(int(position), len(m.events))
	return slices.Clone(m.events[from:min(from+limit, len(m.events))]), m.look(ctx)
}

func (m *memory) TailOf(ctx context.Context, id uuid.UUID, version, position int64, limit int) (found []event.Recorded, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, e := range m.events {
		if e.StreamID == id && (version < 0 && e.Position > position || version >= 0 && e.Version > version) && len(found) < limit {
			found = append(found, e)
		}
	}
	return found, m.look(ctx)
}

func (m *memory) Firsts(ctx context.Context, streams []uuid.UUID) (found []event.Recorded, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, e := range m.events {
		if e.Version == 1 && slices.Contains(streams, e.StreamID) {
			if subject, owned := ownerOf(e); owned {
				e.Event = begun{subject}
			}
			found = append(found, e)
		}
	}
	return found, m.look(ctx)
}

// begun is an event: a stream that belongs to a subject has begun.
type begun struct{ subject string }

func (begun) EventType() string  { return "begun" }
func (begun) SchemaVersion() int { return 1 }
func (b begun) OwnedBy() string  { return b.subject }

func ownerOf(first event.Recorded) (string, bool) {
	stream := first.StreamID[15]
	return string(rune('a' + stream%3)), stream%3 != 2
}

// start runs a Feed on the given log until the test ends.
func start(t *testing.T, log *memory, bounds ring.Bounds) *Feed {
	t.Helper()
	log.grown = make(chan struct{}, 1)
	f := New(Options{Log: log, Hints: log.grown, Poll: time.Millisecond, Ring: bounds, Registerer: prometheus.NewRegistry(), Logger: slog.New(slog.DiscardHandler)})
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- f.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("Run ended with %v", err)
		}
	})
	return f
}

// Each subscriber gets all matching events once, in order. The test tries random topics, types,
// start positions and limits of memory, slow subscribers, and failed reads.
func TestASubscriberGetsExactlyWhatMatches(t *testing.T) {
	t.Parallel()
	for seed := range uint64(12) {
		random := rand.New(rand.NewPCG(seed, 7))
		log := &memory{}
		for range random.IntN(40) {
			log.append(byte(random.IntN(6)))
		}
		f := start(t, log, ring.Bounds{Events: 1 + random.IntN(20)})
		const total = 400
		var wait sync.WaitGroup
		for range 12 {
			topic := []ring.Topic{{}, ring.OfSubject("a"), ring.OfSubject("b"), ring.OfStream(uuid.UUID{1, 15: byte(random.IntN(6))})}[random.IntN(4)]
			types := []Types{nil, {"account.*"}, {"customer.registered", "account.closed"}}[random.IntN(3)]
			after, slow := int64(random.IntN(len(log.events)+1)), random.IntN(3) == 0
			wait.Go(func() { subscribe(t, f, log, topic, types, after, total, slow) })
		}
		for log.length() < total {
			log.append(byte(random.IntN(6)), byte(random.IntN(6)))
			if random.IntN(20) == 0 {
				log.fail(random.IntN(3))
				time.Sleep(time.Millisecond) //nolint:forbidigo // the pace of a writer; nothing depends on it
			}
		}
		wait.Wait()
	}
}

func (m *memory) length() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.events)
}

func (m *memory) fail(count int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.failed = count
}

// subscribe reads events up to the position in the parameter until, and compares them with the log.
// After each error, subscribe subscribes again.
func subscribe(t *testing.T, f *Feed, log *memory, topic ring.Topic, types Types, after, until int64, slow bool) {
	t.Helper()
	var got []int64
	at := after
	for at < until {
		s := f.Subscribe(topic, types, at)
		for at < until {
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
			events, position, err := s.Next(ctx)
			cancel()
			for _, e := range events {
				got = append(got, e.Recorded.Position)
			}
			if position < at || len(events) > 0 && position < events[len(events)-1].Recorded.Position {
				t.Errorf("position %d after %d and events %v", position, at, got)
			}
			if at = position; err != nil {
				break
			}
			if slow {
				time.Sleep(time.Millisecond) //nolint:forbidigo // the pace of a slow subscriber; nothing depends on it
			}
		}
		s.Close()
	}
	var want []int64
	log.mu.Lock()
	defer log.mu.Unlock()
	for _, e := range log.events {
		shared := ring.Event{Recorded: e}
		shared.Owner, shared.Owned = ownerOf(e)
		if e.Position > after && e.Position <= at && topic.Has(&shared) && types.Has(e.Type) {
			want = append(want, e.Position)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// If the log went back to an earlier state, a subscription ends, because other events may now have
// the same positions.
func TestALogThatWentBackEndsSubscriptions(t *testing.T) {
	t.Parallel()
	log := &memory{}
	log.append(0, 1, 0)
	f := start(t, log, ring.Bounds{})
	s := f.Subscribe(ring.Topic{}, nil, 0)
	defer s.Close()
	if events, position, err := s.Next(t.Context()); len(events) != 3 || position != 3 || err != nil {
		t.Fatalf("got %d events, %d, %v", len(events), position, err)
	}
	log.append(1)
	if events, _, err := s.Next(t.Context()); len(events) != 1 || err != nil {
		t.Fatalf("got %d events, %v", len(events), err)
	}
	log.mu.Lock()
	log.events = slices.Clone(log.events)
	log.events[3].ID = uuid.New()
	log.mu.Unlock()
	log.append(0)
	if events, position, err := s.Next(t.Context()); !errors.Is(err, event.ErrLogChanged) || position != 4 {
		t.Errorf("got %d events up to %d, %v", len(events), position, err)
	}
}

func TestDrainingEndsSubscriptions(t *testing.T) {
	t.Parallel()
	log := &memory{}
	f := start(t, log, ring.Bounds{})
	s := f.Subscribe(ring.Topic{}, nil, 0)
	defer s.Close()
	ended := make(chan error, 1)
	go func() {
		_, _, err := s.Next(t.Context())
		ended <- err
	}()
	f.Drain()
	if err := <-ended; !errors.Is(err, ErrDraining) {
		t.Errorf("got %v", err)
	}
}

// The position of a subscriber also advances if no event matches the subscriber's topic (a part of
// the log).
func TestAQuietSubscriberMovesOn(t *testing.T) {
	t.Parallel()
	log := &memory{}
	log.append(0)
	f := start(t, log, ring.Bounds{Events: 2})
	s := f.Subscribe(ring.OfSubject("b"), nil, 0)
	defer s.Close()
	for range 30 {
		log.append(0)
	}
	for position := int64(0); position < 31; {
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Millisecond)
		events, at, err := s.Next(ctx)
		cancel()
		if len(events) > 0 || err != nil || at < position {
			t.Fatalf("got %v up to %d, %v", events, at, err)
		}
		position = at
	}
}

// A reader that subscribes after the log lost events reads the new history. The earlier loss does
// not end this subscription, even when the log grows beyond the last position of the lost history.
func TestAReaderOfTheNewHistoryIsNotEndedByTheOld(t *testing.T) {
	t.Parallel()
	log := &memory{}
	for range 50 {
		log.append(0)
	}
	f := start(t, log, ring.Bounds{})
	old := f.Subscribe(ring.Topic{}, nil, 49)
	if events, _, err := old.Next(t.Context()); len(events) != 1 || err != nil {
		t.Fatalf("got %d events, %v", len(events), err)
	}
	log.append(0)
	if events, _, err := old.Next(t.Context()); len(events) != 1 || err != nil { // from memory: the feed has read the log up to here
		t.Fatalf("got %d events, %v", len(events), err)
	}
	log.mu.Lock() // the feed can't read the log until the new reader is there
	log.events = log.events[:10]
	f.LogChanged()
	fresh := f.Subscribe(ring.Topic{}, nil, 10)
	log.mu.Unlock()
	defer fresh.Close()
	if _, _, err := old.Next(t.Context()); !errors.Is(err, event.ErrLogChanged) {
		t.Errorf("the reader of the old history got %v", err)
	}
	old.Close()
	for at, want := int64(10), int64(10); want < 70; {
		log.append(1)
		for want++; at < want; {
			_, position, err := fresh.Next(t.Context())
			if err != nil {
				t.Fatalf("after %d: %v", at, err)
			}
			at = position
		}
	}
}
