package drive

import (
	"context"
	"sync"
	"time"
)

// open begins each step (operation of a client) at its time on a schedule, even if earlier steps
// have not ended. If no client is free, the step begins late, but the measured time of the step
// begins when the step was due. So the measurements also show the delays that a stall of the server
// causes (no coordinated omission). If the plan's field Shed is true and no client is free for a
// step, the step is left out, and counts as unsent. If Shed is false and the load is above the
// server's capacity, the steps begin later and later, and the measurements show only this delay.
func (r *run) open(ctx context.Context) {
	p := &pool{run: r, freed: sync.NewCond(new(sync.Mutex))}
	interval := float64(time.Second) / r.plan.Rate
	start := r.window.from.Add(-r.plan.Warmup)
	behind := false // the schedule is behind because it waited for a client
	for i := 0; ctx.Err() == nil; i++ {
		due := start.Add(time.Duration(float64(i) * interval))
		if !due.Before(r.window.until) || r.window.measuring(due) && !r.window.takesAnother() {
			break
		}
		now := time.Now()
		if !now.Before(r.window.until) {
			r.late.Unsent += int64(r.window.until.Sub(due).Seconds() * r.plan.Rate)
			break
		}
		if ahead := due.Sub(now); ahead > 0 {
			behind = false
			pause(ahead)
		}
		c, waited := p.take()
		if c == nil {
			if r.window.measuring(due) {
				r.late.Unsent++
			}
			continue
		}
		behind = behind || waited
		p.begin(c, due, behind)
	}
	p.working.Wait()
	p.close()
}

// pool contains the clients of an open loop. Each step uses the client that became free last, so
// that the loop opens no more connections than needed.
type pool struct {
	run     *run
	working sync.WaitGroup
	freed   *sync.Cond
	free    []*Client
	made    int
}

// begin makes a client execute a step (an operation of the client) that is due.
func (p *pool) begin(c *Client, due time.Time, waited bool) {
	p.working.Go(func() {
		if now := time.Now(); p.run.window.measuring(now) {
			p.run.late.Note(now.Sub(due), waited)
		}
		c.step(p.run.plan.Step, due)
		p.put(c)
	})
}

// take returns a free client. If all clients were busy at first, the result waited is true.
// Normally take waits until a client is free. If the plan's field Shed is true, take does not wait,
// and returns nil if all clients are busy.
func (p *pool) take() (c *Client, waited bool) {
	p.freed.L.Lock()
	defer p.freed.L.Unlock()
	for len(p.free) == 0 {
		if p.made < p.run.plan.Clients {
			p.made++
			return p.run.newClient(p.made - 1), waited
		}
		if p.run.plan.Shed {
			return nil, true
		}
		waited = true
		p.freed.Wait()
	}
	c = p.free[len(p.free)-1]
	p.free = p.free[:len(p.free)-1]
	return c, waited
}

func (p *pool) put(c *Client) {
	p.freed.L.Lock()
	p.free = append(p.free, c)
	p.freed.L.Unlock()
	p.freed.Signal()
}

func (p *pool) close() {
	for _, c := range p.free {
		c.close()
	}
}
