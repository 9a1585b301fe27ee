package ring

import (
	"maps"
	"slices"
	"sync"
)

// Bounds limits the events that a Ring has in memory for all topics together. When one of the
// limits is exceeded, the Ring drops the oldest events.
type Bounds struct {
	Events int // largest number of events; 0: 16,384
	Bytes  int // largest number of bytes of events; 0: 32 MiB
}

// Ring has in memory the recent events of the topics that have readers.
type Ring struct {
	bounds Bounds
	came   chan struct{} // has a value after a reader has joined

	mu       sync.RWMutex
	held     []*Event // the events of all topics, in their order
	bytes    int      // size of held
	position int64    // each topic has all its events from its floor up to this position
	topics   map[Topic]*topic
	readers  int
	subjects int   // number of topics that are topics of subjects
	closed   error // the error that was passed to Close
}

// topic has the recent events and the readers of one Topic.
type topic struct {
	events  []*Event
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
		bounds.Events = 16_384
	}
	if bounds.Bytes == 0 {
		bounds.Bytes = 32 << 20
	}
	return &Ring{bounds: bounds, came: make(chan struct{}, 1), topics: make(map[Topic]*topic)}
}

// Came returns a channel that receives a value after a reader has joined.
func (r *Ring) Came() <-chan struct{} { return r.came }

// Wanted returns the number of readers, and reports whether any of them reads the topic of a
// subject. If no reader reads such a topic, the caller need not find out to which subjects the
// events belong.
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
		t.events, t.floor = nil, to
		t.wake()
	}
	r.held, r.bytes = nil, 0
}

// Add adds the next events of the log. The caller must pass all events up to the position upTo. If
// ownersKnown is false, the subjects of the events' streams were not looked up. The topics of
// subjects may then lack some of the events, so Add drops all events of these topics. Add returns
// the readers of the topics that have changed. The caller must wake these readers.
func (r *Ring) Add(events []*Event, upTo int64, ownersKnown bool) (changed []*Reader) {
	r.mu.Lock()
	defer r.mu.Unlock()
	touched := make(map[*topic]struct{})
	for _, e := range events {
		hold := false
		topics, count := topicsOf(e)
		for _, name := range topics[:count] {
			if t := r.topics[name]; t != nil {
				t.events = append(t.events, e)
				touched[t], hold = struct{}{}, true
			}
		}
		if hold {
			r.held, r.bytes = append(r.held, e), r.bytes+e.size()
		}
	}
	r.drop()
	r.position = upTo
	if !ownersKnown {
		for name, t := range r.topics {
			if name.kind == ofSubject { // the topic may lack some of the added events
				t.events, t.floor = nil, upTo
				touched[t] = struct{}{}
			}
		}
	}
	for t := range touched {
		changed = slices.AppendSeq(changed, maps.Keys(t.readers))
	}
	return changed
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
	r.held, r.bytes = nil, 0
}

// drop drops the oldest events until the remaining events are within the limits. If the newest
// event alone exceeds the limit of bytes, it stays. Add or Skip may have dropped all events of a
// topic before. If a topic no longer has the dropped event, drop does not change the topic.
func (r *Ring) drop() {
	dropped := 0
	for len(r.held)-dropped > r.bounds.Events || r.bytes > r.bounds.Bytes && len(r.held)-dropped > 1 {
		e := r.held[dropped]
		topics, count := topicsOf(e)
		for _, name := range topics[:count] {
			if t := r.topics[name]; t != nil && len(t.events) > 0 && t.events[0] == e {
				t.events[0] = nil
				t.events, t.floor = t.events[1:], e.Recorded.Position
			}
		}
		r.held[dropped], r.bytes = nil, r.bytes-e.size()
		dropped++
	}
	r.held = r.held[dropped:]
}

// wake wakes all readers of the topic.
func (t *topic) wake() {
	for reader := range t.readers {
		reader.Rouse()
	}
}

// Rouse makes the channel of Wake receive a value.
func (r *Reader) Rouse() {
	select {
	case r.wake <- struct{}{}:
	default:
	}
}
