package ring

import (
	"sync"
)

// Bounds limits the events that a Ring has in memory for each topic. When one of the limits is
// exceeded, the Ring drops the oldest events of the topic.
type Bounds struct {
	Events int // largest number of events; 0: 8192
	Bytes  int // largest number of bytes of events; 0: 8 MiB
}

// Ring has in memory the recent events of the topics that have readers.
type Ring struct {
	bounds Bounds
	came   chan struct{} // has a value after a reader has joined

	mu       sync.RWMutex
	position int64 // each topic has all its events from its floor up to this position
	topics   map[Topic]*topic
	readers  int
	subjects int   // number of topics that are topics of subjects
	closed   error // the error that was passed to Close
}

// topic has the recent events and the readers of one Topic.
type topic struct {
	events  []*Event
	bytes   int
	floor   int64 // the field events has all events of the topic after this position, up to the Ring's position
	readers map[*Reader]struct{}
}

// Reader reads one topic. Only one goroutine may use a Reader.
type Reader struct {
	ring  *Ring
	name  Topic
	topic *topic
	wake  chan struct{}
	ended error // guarded by the field mu of the Ring
}

// New returns a Ring without events and readers.
func New(bounds Bounds) *Ring {
	if bounds.Events == 0 {
		bounds.Events = 8192
	}
	if bounds.Bytes == 0 {
		bounds.Bytes = 8 << 20
	}
	return &Ring{bounds: bounds, came: make(chan struct{}, 1), topics: make(map[Topic]*topic)}
}

// Came returns a channel that receives a value after a reader has joined.
func (r *Ring) Came() <-chan struct{} { return r.came }

// Wanted returns the number of readers, and reports whether any of them reads the topic of a
// subject. Only in that case must the caller find out to which subjects the events belong.
func (r *Ring) Wanted() (readers int, bySubject bool) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.readers, r.subjects > 0
}

// Skip drops all events. The next events that are added must follow the given position.
func (r *Ring) Skip(to int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.position = to
	for _, t := range r.topics {
		t.events, t.bytes, t.floor = nil, 0, to
		t.wake()
	}
}

// Add adds the next events of the log, which must be all events up to the position upTo. If
// ownersKnown is false, the subjects of the events' streams were not looked up. The topics of
// subjects may then lack some of the events, so Add drops all events of these topics.
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
			if name.kind == ofSubject { // the topic may lack some of the added events
				t.events, t.bytes, t.floor = nil, 0, upTo
				touched[t] = struct{}{}
			}
		}
	}
	for t := range touched {
		t.wake()
	}
}

// Close ends all Readers: their method After then returns the given error. This also applies to
// Readers that join later.
func (r *Ring) Close(err error) {
	r.mu.Lock()
	r.closed = err
	r.mu.Unlock()
	r.End(err)
}

// End ends all Readers: their method After then returns the given error. Readers that join later
// are not affected.
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

// add adds an event to the topic. If the topic then exceeds its limits, add drops the oldest
// events.
func (t *topic) add(e *Event, bounds Bounds) {
	t.events, t.bytes = append(t.events, e), t.bytes+e.size()
	drop := 0
	for len(t.events)-drop > bounds.Events || t.bytes > bounds.Bytes && len(t.events)-drop > 1 {
		t.floor, t.bytes = t.events[drop].Recorded.Position, t.bytes-t.events[drop].size()
		t.events[drop] = nil
		drop++
	}
	t.events = t.events[drop:]
}

// wake wakes all readers of the topic.
func (t *topic) wake() {
	for reader := range t.readers {
		select {
		case reader.wake <- struct{}{}:
		default:
		}
	}
}
