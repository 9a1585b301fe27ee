package drive

import (
	"context"
	"sync"
	"time"
)

// closed lets each client wait for an answer before it continues. The rate of requests then follows
// the server's speed, which hides its stalls.
func (r *run) closed(ctx context.Context) {
	var clients sync.WaitGroup
	for number := range r.plan.Clients {
		clients.Go(func() {
			c := r.newClient(number)
			defer c.close()
			for now := time.Now(); ctx.Err() == nil && now.Before(r.window.until); now = time.Now() {
				if r.window.measuring(now) && !r.window.takesAnother() {
					return
				}
				c.step(r.plan.Step, now)
			}
		})
	}
	clients.Wait()
}
