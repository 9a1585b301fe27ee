package drive

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// Latencies are kept in microseconds, to three digits.
const (
	longest = int64(2 * time.Minute / time.Microsecond)
	digits  = 3
)

// shards spread the clients' records, so that they do not wait for each other. There
// are few: a histogram takes 150 KB.
const shards = 4

// TimelineSlice is how finely throughput over time is kept.
const TimelineSlice = 250 * time.Millisecond

type recorder struct {
	shards [shards]*shard
}

func newRecorder(from, until time.Time) *recorder {
	r := &recorder{}
	for i := range r.shards {
		r.shards[i] = &shard{from: from, until: until, parts: make(map[string]*part)}
	}
	return r
}

type shard struct {
	from, until  time.Time
	done, failed atomic.Int64
	mu           sync.Mutex
	parts        map[string]*part
	order        []string
	last         time.Time // when the last of all came back
}

// part is what was recorded under one name.
type part struct {
	ok       *hdrhistogram.Histogram
	failed   *hdrhistogram.Histogram
	errors   map[string]int64
	inTime   map[bool]int64 // what was over before the end, by whether it went well
	timeline []int64        // what went well, by slice of its end
}

func newPart() *part {
	return &part{
		ok:     hdrhistogram.New(1, longest, digits),
		failed: hdrhistogram.New(1, longest, digits),
		errors: make(map[string]int64),
		inTime: make(map[bool]int64),
	}
}

func (s *shard) record(name string, since, now time.Time, kind string) {
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

func (p *part) record(took, at time.Duration, kind string) {
	if kind != "" {
		note(p.failed, took)
		p.errors[kind]++
		return
	}
	note(p.ok, took)
	i := int(at / TimelineSlice)
	for len(p.timeline) <= i {
		p.timeline = append(p.timeline, 0)
	}
	p.timeline[i]++
}

// note records a duration, the longest that is kept if it is longer.
func note(h *hdrhistogram.Histogram, took time.Duration) {
	_ = h.RecordValue(max(1, min(took.Microseconds(), longest))) // within the bounds by construction
}

func (p *part) merge(other *part) {
	p.ok.Merge(other.ok)
	p.failed.Merge(other.failed)
	for well, n := range other.inTime {
		p.inTime[well] += n
	}
	for kind, n := range other.errors {
		p.errors[kind] += n
	}
	for i, n := range other.timeline {
		for len(p.timeline) <= i {
			p.timeline = append(p.timeline, 0)
		}
		p.timeline[i] += n
	}
}

// merged is everything that was recorded, by name in the order of first sight.
func (r *recorder) merged() (parts map[string]*part, order []string, last time.Time) {
	parts = make(map[string]*part)
	for _, s := range r.shards {
		s.mu.Lock()
		for _, name := range s.order {
			if parts[name] == nil {
				parts[name] = newPart()
				order = append(order, name)
			}
			parts[name].merge(s.parts[name])
		}
		if s.last.After(last) {
			last = s.last
		}
		s.mu.Unlock()
	}
	return parts, order, last
}

func (r *recorder) counts() (done, failed int64) {
	for _, s := range r.shards {
		done += s.done.Load()
		failed += s.failed.Load()
	}
	return done, failed
}

type counter struct{ n atomic.Int64 }

func (c *counter) next() int64 { return c.n.Add(1) }
