package drive

import (
	"context"
	"time"
)

// watch tells the plan's owner how far the run is.
func (r *run) watch(ctx context.Context) {
	if r.Progress == nil {
		return
	}
	tick := time.NewTicker(TimelineSlice)
	defer tick.Stop()
	var before int64
	last := time.Now()
	for {
		select {
		case <-ctx.Done():
			return
		case now := <-tick.C:
			p := r.progress(now)
			p.Rate = float64(p.Done-before) / now.Sub(last).Seconds()
			before, last = p.Done, now
			r.Progress(p)
		}
	}
}

func (r *run) progress(now time.Time) Progress {
	if now.Before(r.from) {
		return Progress{Warming: true, Left: r.from.Sub(now)}
	}
	p := Progress{Elapsed: now.Sub(r.from)}
	p.Done, p.Failed = r.recorder.counts()
	if r.Duration > 0 {
		p.Left = max(0, r.until.Sub(now))
	}
	if begun := min(r.steps.n.Load(), r.Count); begun > 0 {
		byCount := time.Duration(float64(p.Elapsed) * float64(r.Count-begun) / float64(begun))
		if r.Duration == 0 || byCount < p.Left {
			p.Left = byCount
		}
	}
	return p
}
