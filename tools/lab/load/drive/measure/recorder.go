package measure

import (
	"sync"
	"sync/atomic"
	"time"
)

// shards is the number of separate sets of records. Clients that use different sets do not wait for
// each other's lock. There are only few sets, because a histogram takes 150 KB.
const shards = 4

// Recorder records the times and the outcomes of the steps (operations of clients) of a run. A
// Recorder is safe for concurrent use.
type Recorder struct {
	shards [shards]*Shard
}

// NewRecorder returns a Recorder. The argument from is the start of the measurement: recorded times
// count from this start. Steps (operations of clients) that end after the argument until are
// counted separately.
func NewRecorder(from, until time.Time) *Recorder {
	r := &Recorder{}
	for i := range r.shards {
		r.shards[i] = &Shard{from: from, until: until, parts: make(map[string]*part)}
	}
	return r
}

// Shard returns the set of records for the client with the given number.
func (r *Recorder) Shard(client int) *Shard { return r.shards[client%shards] }

// Shard is a set of records about the steps (operations) of some of the clients.
type Shard struct {
	from, until  time.Time
	done, failed atomic.Int64
	mu           sync.Mutex
	parts        map[string]*part
	order        []string
	last         time.Time // when the last answer came
}

// Record records a step (an operation of a client) under a name. The step began at the time since,
// and ends now. If the step failed, kind is the kind of the failure, and otherwise "".
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

// Counts returns how many steps (operations of clients) were recorded so far, and how many of these
// steps failed.
func (r *Recorder) Counts() (done, failed int64) {
	for _, s := range r.shards {
		done += s.done.Load()
		failed += s.failed.Load()
	}
	return done, failed
}
