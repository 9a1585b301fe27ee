package drive

import (
	"context"
	"sync"
	"time"
)

// closed runs the clients of a closed loop. Each client waits for an answer before it sends the
// next request. If the server stalls, the clients send fewer requests, so only few measurements
// show the stall.
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
