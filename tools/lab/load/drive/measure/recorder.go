package measure

import (
	"sync"
	"sync/atomic"
	"time"
)

// shards is the number of shards of a Recorder. A shard contains the measurements of some of the
// clients. Each shard has a separate mutex, so clients with different shards do not wait for each
// other. There are only few shards, because a histogram needs 150 KB.
const shards = 4

// Recorder records the times and the outcomes of the steps (operations of clients) of a run. A
// Recorder is safe for concurrent use.
type Recorder struct {
	shards [shards]*Shard
}

// NewRecorder returns a Recorder. The measurement begins at the time from. A step (operation of a
// client) that ends after the time until is recorded, but does not count in the number of answers
// per second.
func NewRecorder(from, until time.Time) *Recorder {
	r := &Recorder{}
	for i := range r.shards {
		r.shards[i] = &Shard{from: from, until: until, parts: make(map[string]*part)}
	}
	return r
}

// Shard returns the shard for the measurements of the client with the given number.
func (r *Recorder) Shard(client int) *Shard { return r.shards[client%shards] }

// Shard contains the measurements of the steps (operations) of some of the clients.
type Shard struct {
	from, until  time.Time
	done, failed atomic.Int64
	mu           sync.Mutex
	parts        map[string]*part
	order        []string
	last         time.Time // when the last answer came
}

// Record records a step (an operation of a client), or one part of a step, under a name. It began
// at the time since, and ended at the time now. If it failed, kind is the kind of the failure, and
// otherwise "".
func (s *Shard) Record(name string, since, now time.Time, kind string) {
	s.done.Add(1)
	if kind != "" {
		s.failed.Add(1)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	p, known := s.parts[name]
	if !known {
		p = newPart()
		s.parts[name] = p
		s.order = append(s.order, name)
	}
	if now.After(s.last) {
		s.last = now
	}
	if now.Before(s.until) {
		p.inTime[kind == ""]++
	}
	p.record(now.Sub(since), now.Sub(s.from), kind)
}

// Counts returns how often Record was called so far, and how many of these calls recorded a
// failure.
func (r *Recorder) Counts() (done, failed int64) {
	for _, s := range r.shards {
		done += s.done.Load()
		failed += s.failed.Load()
	}
	return done, failed
}
