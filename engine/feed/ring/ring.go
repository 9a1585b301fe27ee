package ring

import (
	"sync"
)

// Bounds of what a Ring holds of each topic: the oldest events leave it at either.
type Bounds struct {
	Events int // 0: 8192
	Bytes  int // 0: 8 MiB
}

// Ring holds the recent events of the topics that have readers.
type Ring struct {
	bounds Bounds
	came   chan struct{} // has a value after a reader has joined

	mu       sync.RWMutex
	position int64 // each topic has all of its events after its floor, up to this position
	topics   map[Topic]*topic
	readers  int
	subjects int   // topics of subjects among them
	closed   error // that of Close
}

// topic is what the ring has of one.
type topic struct {
	events  []*Event
	bytes   int
	floor   int64 // all events of the topic after this position, and up to the ring's, are in events
	readers map[*Reader]struct{}
}

// New makes a Ring that nobody reads.
func New(bounds Bounds) *Ring {
	if bounds.Events == 0 {
		bounds.Events = 8192
	}
	if bounds.Bytes == 0 {
		bounds.Bytes = 8 << 20
	}
	return &Ring{bounds: bounds, came: make(chan struct{}, 1), topics: make(map[Topic]*topic)}
}

// Came returns a channel that has a value after a reader has joined.
func (r *Ring) Came() <-chan struct{} { return r.came }

// Wanted returns how many readers there are, and whether one of them reads a subject's topic: only then
// does it matter to whom events belong.
func (r *Ring) Wanted() (readers int, bySubject bool) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.readers, r.subjects > 0
}

// Skip begins anew after a position: the ring holds nothing of what is before it.
func (r *Ring) Skip(to int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.position = to
	for _, t := range r.topics {
		t.events, t.bytes, t.floor = nil, 0, to
		t.wake()
	}
}

// Add takes in the log's next events, all of those up to a position. The events of a subject that has
// begun to be read are known from this call on only if ownersKnown says that each event's owner was
// looked up.
func (r *Ring) Add(events []*Event, upTo int64, ownersKnown bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	touched := make(map[*topic]struct{})
	for _, e := range events {
		topics, count := topicsOf(e)
		for _, name := range topics[:count] {
			if t := r.topics[name]; t != nil {
				t.add(e, r.bounds)
				touched[t] = struct{}{}
			}
		}
	}
	r.position = upTo
	if !ownersKnown {
		for name, t := range r.topics {
			if name.kind == ofSubject { // it may have missed some of these
				t.events, t.bytes, t.floor = nil, 0, upTo
				touched[t] = struct{}{}
			}
		}
	}
	for t := range touched {
		t.wake()
	}
}

// Close ends all reading with an error, for good.
func (r *Ring) Close(err error) {
	r.mu.Lock()
	r.closed = err
	r.mu.Unlock()
	r.End(err)
}

// End ends all reading with an error: each reader is told, and one that joins later begins anew.
func (r *Ring) End(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, t := range r.topics {
		for reader := range t.readers {
			reader.ended = err
		}
		t.wake()
	}
	r.topics, r.readers, r.subjects = make(map[Topic]*topic), 0, 0
}

// add appends an event, and drops the oldest that are too many.
func (t *topic) add(e *Event, bounds Bounds) {
	t.events, t.bytes = append(t.events, e), t.bytes+e.size()
	drop := 0
	for len(t.events)-drop > bounds.Events || t.bytes > bounds.Bytes && len(t.events)-drop > 1 {
		t.floor, t.bytes = t.events[drop].Position, t.bytes-t.events[drop].size()
		t.events[drop] = nil
		drop++
	}
	t.events = t.events[drop:]
}

// wake tells all readers that there may be something for them.
func (t *topic) wake() {
	for reader := range t.readers {
		select {
		case reader.wake <- struct{}{}:
		default:
		}
	}
}
