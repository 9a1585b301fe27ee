package ring

import (
	"errors"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/event"
)

var streams = []uuid.UUID{{1}, {2}, {3}}

// made returns events with the positions after the given position. The position of an event, modulo
// 3, determines its stream and the subject of the stream.
func made(after int64, count int) []*Event {
	events := make([]*Event, count)
	for i := range events {
		position := after + int64(i) + 1
		stream := position % 3
		events[i] = &Event{Recorded: event.Recorded{Position: position, StreamID: streams[stream], Data: make([]byte, 100)}, Owner: string(rune('a' + stream)), Owned: stream != 2}
	}
	return events
}

func positionsOf(events []*Event) []int64 {
	var positions []int64
	for _, e := range events {
		positions = append(positions, e.Recorded.Position)
	}
	return positions
}

func TestATopicHasItsOwnEvents(t *testing.T) {
	t.Parallel()
	r := New(Bounds{})
	readers := map[string]*Reader{"all": r.Join(Topic{}), "a": r.Join(OfSubject("a")), "b": r.Join(OfSubject("b")), "stream": r.Join(OfStream(streams[2]))}
	r.Add(made(0, 6), 6, true)
	for name, want := range map[string][]int64{"all": {1, 2, 3, 4, 5, 6}, "a": {3, 6}, "b": {1, 4}, "stream": {2, 5}} {
		found, upTo, behind, err := readers[name].After(0, 10)
		if got := positionsOf(found); !slices.Equal(got, want) || upTo != 6 || behind || err != nil {
			t.Errorf("%s: got %v up to %d (behind: %t), %v, want %v up to 6", name, got, upTo, behind, err, want)
		}
		if found, upTo, _, _ := readers[name].After(want[0], 1); len(found) != 1 || found[0].Recorded.Position != want[1] || upTo < want[1] {
			t.Errorf("%s: after %d it has %v up to %d", name, want[0], positionsOf(found), upTo)
		}
	}
}

func TestAReaderThatIsTooLateFindsOut(t *testing.T) {
	t.Parallel()
	for _, bounds := range []Bounds{{Events: 3}, {Bytes: 3 * made(0, 1)[0].size()}} {
		r := New(bounds)
		reader := r.Join(Topic{})
		r.Add(made(0, 5), 5, true)
		if found, _, behind, _ := reader.After(1, 10); !behind || len(found) > 0 {
			t.Errorf("%+v: after 1 it has %v", bounds, positionsOf(found))
		}
		if found, upTo, behind, _ := reader.After(2, 10); behind || !slices.Equal(positionsOf(found), []int64{3, 4, 5}) || upTo != 5 {
			t.Errorf("%+v: after 2 it has %v up to %d, behind: %t", bounds, positionsOf(found), upTo, behind)
		}
	}
}

// The limits hold for all topics together. Therefore the ring needs no more memory for many
// subjects than for one subject.
func TestTheLimitsHoldForAllTopicsTogether(t *testing.T) {
	t.Parallel()
	r := New(Bounds{Events: 4})
	readers := []*Reader{r.Join(OfSubject("a")), r.Join(OfSubject("b")), r.Join(OfStream(streams[2]))}
	r.Add(made(0, 9), 9, true)
	inMemory := 0
	for i, want := range [][]int64{{6, 9}, {7}, {8}} {
		found, upTo, behind, err := readers[i].After(5, 10)
		if got := positionsOf(found); !slices.Equal(got, want) || upTo != 9 || behind || err != nil {
			t.Errorf("reader %d: got %v up to %d (behind: %t), %v, want %v", i, got, upTo, behind, err, want)
		}
		inMemory += len(readers[i].topic.events)
		if _, _, behind, _ := readers[i].After(1, 10); !behind {
			t.Errorf("reader %d: it says that it has all events after 1", i)
		}
	}
	if inMemory != 4 || len(r.held) != 4 || r.bytes != 4*made(0, 1)[0].size() {
		t.Errorf("it has %d events in topics, %d in all, %d bytes", inMemory, len(r.held), r.bytes)
	}
	for _, reader := range readers {
		reader.Leave()
	}
	r.Add(made(9, 9), 18, true)
	if len(r.held) > 0 || r.bytes != 0 {
		t.Errorf("without readers it has %d events", len(r.held))
	}
}

// If events are added whose subjects were not looked up, the topic of a subject may lack some of
// these events. The topic must therefore not report that it has all events.
func TestASubjectIsKnownFromItsOwnersOn(t *testing.T) {
	t.Parallel()
	r := New(Bounds{})
	reader := r.Join(OfSubject("a"))
	r.Add(made(0, 6), 6, false)
	if _, _, behind, _ := reader.After(0, 10); !behind {
		t.Error("it says that it has all")
	}
	r.Add(made(6, 3), 9, true)
	if found, upTo, behind, _ := reader.After(6, 10); behind || !slices.Equal(positionsOf(found), []int64{9}) || upTo != 9 {
		t.Errorf("after 6 it has %v up to %d, behind: %t", positionsOf(found), upTo, behind)
	}
}

func TestTheEndIsToldToAll(t *testing.T) {
	t.Parallel()
	r, over := New(Bounds{}), errors.New("over")
	reader := r.Join(Topic{})
	r.End(over)
	<-reader.Wake()
	if _, _, _, err := reader.After(0, 1); !errors.Is(err, over) {
		t.Errorf("got %v", err)
	}
	reader.Leave()
	if readers, _ := r.Wanted(); readers != 0 {
		t.Errorf("%d readers are left", readers)
	}
	if _, _, _, err := r.Join(Topic{}).After(0, 1); err != nil {
		t.Errorf("a new reader gets %v", err)
	}
}

// A reader gets each event of its topic once and in order, or is told that the Ring no longer has
// the next event. The test adds, drops, skips and reads events in a random order.
func TestAReaderMissesNothingItIsNotToldOf(t *testing.T) {
	t.Parallel()
	for seed := range uint64(200) {
		random := rand.New(rand.NewPCG(seed, 1))
		r := New(Bounds{Events: 1 + random.IntN(8)})
		topics := []Topic{{}, OfSubject("a"), OfStream(streams[1])}
		name := topics[random.IntN(len(topics))]
		head, cursor := int64(0), int64(0)
		reader := r.Join(name)
		for range 100 {
			switch random.IntN(5) {
			case 0, 1:
				next := made(head, random.IntN(4))
				head += int64(len(next))
				r.Add(next, head, true)
			case 2:
				head += int64(random.IntN(3))
				r.Skip(head)
			default:
				found, upTo, behind, err := reader.After(cursor, 1+random.IntN(3))
				if err != nil {
					t.Fatal(err)
				}
				if behind { // the reader would read the missing events from the log
					cursor = head
					continue
				}
				var want []int64
				for _, e := range made(cursor, int(upTo-cursor)) {
					if name.Has(e) {
						want = append(want, e.Recorded.Position)
					}
				}
				if got := positionsOf(found); !slices.Equal(got, want) {
					t.Fatalf("seed %d: %v after %d up to %d, want %v", seed, got, cursor, upTo, want)
				}
				cursor = upTo
			}
		}
		reader.Leave()
	}
}

func TestAFormIsRenderedOnce(t *testing.T) {
	t.Parallel()
	e, count := made(0, 1)[0], 0
	for range 3 {
		made, err := e.Render(1, func(event.Recorded) (Rendered, error) { count++; return Rendered{Text: []byte("x")}, nil })
		text := made.Text
		if string(text) != "x" || err != nil || count != 1 {
			t.Fatalf("got %q, %v, rendered %d times", text, err, count)
		}
	}
}
