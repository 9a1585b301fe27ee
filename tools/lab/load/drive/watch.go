package drive

import (
	"context"
	"time"

	"example.com/pgcqrs/tools/lab/load/drive/measure"
)

// watch calls the plan's function Progress with the progress of the run.
func (r *run) watch(ctx context.Context) {
	if r.plan.Progress == nil {
		return
	}
	tick := time.NewTicker(measure.TimelineSlice)
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
			r.plan.Progress(p)
		}
	}
}

func (r *run) progress(now time.Time) Progress {
	if now.Before(r.window.from) {
		return Progress{Warming: true, Left: r.window.from.Sub(now)}
	}
	p := Progress{Elapsed: now.Sub(r.window.from)}
	p.Done, p.Failed = r.recorder.Counts()
	if r.plan.Duration > 0 {
		p.Left = max(0, r.window.until.Sub(now))
	}
	if begun := min(r.window.steps.Load(), r.plan.Count); begun > 0 {
		byCount := time.Duration(float64(p.Elapsed) * float64(r.plan.Count-begun) / float64(begun))
		if r.plan.Duration == 0 || byCount < p.Left {
			p.Left = byCount
		}
	}
	return p
}
