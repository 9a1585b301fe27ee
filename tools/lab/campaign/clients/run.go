//go:build linux

package clients

import (
	"context"
	"math/rand/v2"
	"time"

	"example.com/pgcqrs/tools/lab/campaign/answers"
	"example.com/pgcqrs/tools/lab/campaign/balancer"
	"example.com/pgcqrs/tools/lab/campaign/history"
	"example.com/pgcqrs/tools/lab/campaign/options"
	"example.com/pgcqrs/tools/lab/campaign/sample"
	"example.com/pgcqrs/tools/lab/campaign/world"
	"example.com/pgcqrs/tools/lab/load/drive/wire"
)

const (
	readers = 4
)

func Start(w *world.World, o options.Options, started time.Time) *Clients {
	c := &Clients{started: started, apis: balancer.New(w.Apis), tokens: w.Issuer}
	ending, end := context.WithCancel(context.Background())
	c.end = end
	for number := range o.Clients {
		if number%oneInTends == 1 {
			c.running.Go(func() {
				one := c.newClient(number, o.Seed, answers.QueryFor)
				if number%oneInTendsNeighbors == 9 {
					one.serveNeighbor()
				}
				one.tend(ending)
			})
			continue
		}
		c.running.Go(func() {
			one := c.newClient(number, o.Seed, answers.CallFor)
			if number%oneInNeighbors == 3 {
				one.serveNeighbor()
			}
			one.write(ending)
		})
	}
	for number := range readers {
		c.running.Go(func() { c.newClient(o.Clients+number, o.Seed, answers.QueryFor).read(ending) })
	}
	return c
}

// Stop ends the clients. Stop returns when every command has an answer, or after about a minute.
func (c *Clients) Stop(h *history.History) {
	c.end()
	c.running.Wait()
	h.Calls, h.Reads, h.People, h.Transfers = c.calls, c.reads, c.said, c.sent
}

func (c *Clients) newClient(number int, seed uint64, patience time.Duration) *client {
	one := &client{clients: c, authorized: authorized{issuer: c.tokens, subject: sample.Subject}, accounts: &c.accounts, others: &c.neighbors, people: &c.people, atFirst: atFirst, random: rand.New(rand.NewPCG(seed, uint64(number))), home: number % len(c.apis.Addresses)}
	for _, address := range c.apis.Addresses {
		one.connections = append(one.connections, wire.NewConnection(address, patience))
	}
	return one
}

// serveNeighbor changes the subject of a client to the neighbor. Call serveNeighbor before the
// client sends its first request.
func (c *client) serveNeighbor() {
	all := c.clients
	c.authorized.subject, c.accounts, c.others, c.people, c.atFirst = sample.Neighbor, &all.neighbors, &all.accounts, &all.known, atFirstNeighbors
}

const (
	oneInTends          = 8  // one in eight clients runs tend, and the other clients run write
	oneInNeighbors      = 16 // one in sixteen clients writes for the neighbor
	oneInTendsNeighbors = 32 // one in thirty-two clients tends customers of the neighbor
)
