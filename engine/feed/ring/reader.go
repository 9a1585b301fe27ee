package ring

import (
	"sort"
)

// Join returns a Reader of a topic. The caller must call Leave at the end.
func (r *Ring) Join(name Topic) *Reader {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed != nil {
		return &Reader{ring: r, ended: r.closed}
	}
	t := r.topics[name]
	if t == nil {
		t = &topic{floor: r.position, readers: make(map[*Reader]struct{})}
		r.topics[name] = t
		if name.kind == ofSubject {
			r.subjects++
		}
	}
	reader := &Reader{ring: r, name: name, topic: t, wake: make(chan struct{}, 1)}
	t.readers[reader] = struct{}{}
	r.readers++
	select {
	case r.came <- struct{}{}:
	default:
	}
	return reader
}

// Wake returns a channel that receives a value when the topic may have a new event, and after End or
// Close was called.
func (r *Reader) Wake() <-chan struct{} { return r.wake }

// After returns at most limit events of the topic after a position, in order. Up to the position
// upTo, the topic has no other events. If the result behind is true, the Ring does not have all
// events after the position. Then the caller must read these events from the log. After a call of
// End or Close, the method After returns the error that was passed to End or Close.
func (r *Reader) After(position int64, limit int) (found []*Event, upTo int64, behind bool, err error) {
	r.ring.mu.RLock()
	defer r.ring.mu.RUnlock()
	if r.ended != nil {
		return nil, position, false, r.ended
	}
	if position < r.topic.floor {
		return nil, position, true, nil
	}
	events := r.topic.events
	from := sort.Search(len(events), func(i int) bool { return events[i].Recorded.Position > position })
	if len(events)-from <= limit {
		return append(found, events[from:]...), max(position, r.ring.position), false, nil
	}
	found = append(found, events[from:from+limit]...)
	return found, found[limit-1].Recorded.Position, false, nil
}

// Leave removes the Reader from its topic. Without other readers, the Ring drops the topic.
func (r *Reader) Leave() {
	r.ring.mu.Lock()
	defer r.ring.mu.Unlock()
	if r.ended != nil {
		return
	}
	if _, there := r.topic.readers[r]; !there {
		return
	}
	delete(r.topic.readers, r)
	r.ring.readers--
	if len(r.topic.readers) == 0 {
		delete(r.ring.topics, r.name)
		if r.name.kind == ofSubject {
			r.ring.subjects--
		}
	}
	if r.ring.readers == 0 {
		r.ring.held, r.ring.bytes = nil, 0
	}
}
