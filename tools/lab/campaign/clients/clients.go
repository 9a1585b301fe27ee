//go:build linux

package clients

import (
	"context"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/tools/lab/campaign/answers"
	"example.com/pgcqrs/tools/lab/campaign/balancer"
	"example.com/pgcqrs/tools/lab/campaign/issuer"
	"example.com/pgcqrs/tools/lab/campaign/roster"
	"example.com/pgcqrs/tools/lab/campaign/sample"
	"example.com/pgcqrs/tools/lab/load/drive/wire"
)

// Clients is a set of clients that send commands and queries, and record every answer.
type Clients struct {
	started   time.Time
	apis      *balancer.Balancer
	tokens    *issuer.Issuer
	accounts  roster.Accounts // accounts of the subject
	neighbors roster.Accounts // accounts of the neighbor
	people    roster.People   // customers of the subject
	known     roster.People   // customers of the neighbor
	transfers roster.Transfers
	Count     atomic.Int64 // number of answered commands
	highest   atomic.Int64 // highest position in an answer
	end       context.CancelFunc
	running   sync.WaitGroup

	mu    sync.Mutex
	calls []answers.Call
	reads []answers.Reading
	said  []answers.PersonRead
	sent  []answers.TransferRead
}

// client is one client. The field home is the number of the API process that the client prefers for
// its next request.
type client struct {
	clients     *Clients
	authorized  authorized
	accounts    *roster.Accounts // accounts of the client's subject
	others      *roster.Accounts // accounts of the other subject
	people      *roster.People   // customers of the client's subject
	atFirst     int              // number of accounts that are opened before any other command
	random      *rand.Rand
	home        int
	connections []*wire.Connection
	made        []answers.Call
	seen        []answers.Reading
	asked       []answers.PersonRead
	looked      []answers.TransferRead
	last        answers.Call      // the last call that took effect
	kept        []answers.Command // some commands that took effect, from the whole run
}

// First returns the account that a subject opened first. If the subject has no account yet, ok is
// false.
func (c *Clients) First(subject string) (id uuid.UUID, ok bool) {
	accounts := &c.accounts
	if subject == sample.Neighbor {
		accounts = &c.neighbors
	}
	if accounts.Len() == 0 {
		return id, false
	}
	return accounts.At(0), true
}

func (c *client) leave() {
	for _, connection := range c.connections {
		connection.Close()
	}
	c.clients.mu.Lock()
	defer c.clients.mu.Unlock()
	c.clients.calls, c.clients.reads, c.clients.said = append(c.clients.calls, c.made...), append(c.clients.reads, c.seen...), append(c.clients.said, c.asked...)
	c.clients.sent = append(c.clients.sent, c.looked...)
}
