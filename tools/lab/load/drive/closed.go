package drive

import (
	"context"
	"sync"
	"time"
)

// closed has each client wait for an answer before it goes on: what the clients ask
// for follows what the server can do, and its stalls are hidden.
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
