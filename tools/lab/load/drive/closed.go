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
	for number := range r.Clients {
		clients.Go(func() {
			c := r.newClient(number)
			defer c.Close()
			for now := time.Now(); ctx.Err() == nil && now.Before(r.until); now = time.Now() {
				if r.measuring(now) && !r.takesAnother() {
					return
				}
				c.step(now)
			}
		})
	}
	clients.Wait()
}
