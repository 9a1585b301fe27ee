package drive

import (
	"context"
	"sync"
	"time"
)

// open begins steps on a schedule, whatever has come back by then. A step that no
// client was free for begins late and counts from when it was due: what a stall
// holds up is measured, not left out (coordinated omission). With Shed it is said to
// be unsent: under more load than can be served the schedule would fall behind
// for ever, and each step would count how far behind it is.
func (r *run) open(ctx context.Context) {
	p := &pool{run: r, freed: sync.NewCond(new(sync.Mutex))}
	interval := float64(time.Second) / r.Rate
	start := r.from.Add(-r.Warmup)
	behind := false // the schedule waits for clients
	for i := 0; ctx.Err() == nil; i++ {
		due := start.Add(time.Duration(float64(i) * interval))
		if !due.Before(r.until) || r.measuring(due) && !r.takesAnother() {
			break
		}
		now := time.Now()
		if !now.Before(r.until) {
			r.late.unsent += int64(r.until.Sub(due).Seconds() * r.Rate)
			break
		}
		if ahead := due.Sub(now); ahead > 0 {
			behind = false
			pause(ahead)
		}
		c, waited := p.take()
		if c == nil {
			if r.measuring(due) {
				r.late.unsent++
			}
			continue
		}
		behind = behind || waited
		p.begin(c, due, behind)
	}
	p.working.Wait()
	p.close()
}

// pool is the clients of an open loop. Who was free last goes first, so that there
// are no more connections than are needed at once.
type pool struct {
	run     *run
	working sync.WaitGroup
	freed   *sync.Cond
	free    []*Client
	made    int
}

// begin has a client make the step that is due.
func (p *pool) begin(c *Client, due time.Time, waited bool) {
	p.working.Go(func() {
		if now := time.Now(); p.run.measuring(now) {
			p.run.late.note(now.Sub(due), waited)
		}
		c.step(due)
		p.put(c)
	})
}

// take returns a free client, and says whether all were busy first. With Shed it returns none then.
func (p *pool) take() (c *Client, waited bool) {
	p.freed.L.Lock()
	defer p.freed.L.Unlock()
	for len(p.free) == 0 {
		if p.made < p.run.Clients {
			p.made++
			return p.run.newClient(p.made - 1), waited
		}
		if p.run.Shed {
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
		c.Close()
	}
}
