package measure

import (
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// TimelineSlice is the length of one interval of a timeline. A timeline contains the answers per
// second of each interval of a run.
const TimelineSlice = 250 * time.Millisecond

// part holds everything that was recorded under one name, which is mostly a kind of request.
type part struct {
	ok       *hdrhistogram.Histogram
	failed   *hdrhistogram.Histogram
	errors   map[string]int64
	inTime   map[bool]int64 // by success: how many steps ended before the end of the run
	timeline []int64        // number of successes, by the slice of time in which they ended
}

func newPart() *part {
	return &part{
		ok:     hdrhistogram.New(1, longest, digits),
		failed: hdrhistogram.New(1, longest, digits),
		errors: make(map[string]int64),
		inTime: make(map[bool]int64),
	}
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

func (p *part) summary(name string, seconds float64) Part {
	s := Part{
		Name: name, Count: p.ok.TotalCount(), Failed: p.failed.TotalCount(), Latency: latencyOf(p.ok),
		Errors: p.errors, Curve: curveOf(p.ok),
	}
	if s.Failed > 0 {
		s.Failing = new(latencyOf(p.failed))
	}
	if seconds > 0 {
		s.PerSecond = float64(p.inTime[true]) / seconds
		s.FailedPerSecond = float64(p.inTime[false]) / seconds
	}
	whole := int(seconds / TimelineSlice.Seconds()) // an incomplete slice at the end, and answers after the end, are left out, because they would look like a change of the rate
	for _, n := range p.timeline[:min(whole, len(p.timeline))] {
		s.Timeline = append(s.Timeline, float64(n)/TimelineSlice.Seconds())
	}
	return s
}
