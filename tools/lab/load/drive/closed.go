package drive

import (
	"context"
	"sync"
	"time"
)

// closed runs clients that each wait for an answer before they send the next request. If the server
// stalls, the clients send fewer requests, so few measurements show the stall.
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
