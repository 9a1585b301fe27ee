package ring

import (
	"sort"
)

// Reader reads one topic. It is for one goroutine.
type Reader struct {
	ring  *Ring
	name  Topic
	topic *topic
	wake  chan struct{}
	ended error // guarded by the ring's mu
}

// Join makes a Reader of a topic, which must Leave.
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

// Wake returns a channel that has a value after something has come for the topic, or reading has ended.
func (r *Reader) Wake() <-chan struct{} { return r.wake }

// After returns at most limit events of the topic after a position, in order, and the position up to
// which there is no other: with fewer than limit events that is the ring's own. behind says that the
// ring does not have all of them any more, or not yet, and that they are in the log. The error is that
// of End.
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
	from := sort.Search(len(events), func(i int) bool { return events[i].Position > position })
	if len(events)-from <= limit {
		return append(found, events[from:]...), max(position, r.ring.position), false, nil
	}
	found = append(found, events[from:from+limit]...)
	return found, found[limit-1].Position, false, nil
}

// Leave ends the reading. A topic without readers is dropped.
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
}
