//go:build linux

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/tools/lab/load/drive"
)

const (
	callFor  = 2 * time.Second // a client waits for an answer
	queryFor = 7 * time.Second // a reader does; Min-Position waits 5 s
	hot      = 16              // newest accounts, which get a quarter of the commands
	atFirst  = 500             // accounts that are opened before anything else
	readers  = 4

	keptCommands = 32 // of each client, to send them again much later
)

// clients send commands and remember every answer.
type clients struct {
	started  time.Time
	apis     *balancer
	tokens   *issuer
	accounts accounts
	people   people
	count    atomic.Int64 // commands that are answered
	highest  atomic.Int64 // position that was answered
	end      context.CancelFunc
	running  sync.WaitGroup

	mu    sync.Mutex
	calls []call
	reads []reading
	said  []personRead
}

func startClients(w *world, o options, started time.Time) *clients {
	c := &clients{started: started, apis: newBalancer(w.apis), tokens: w.issuer}
	ending, end := context.WithCancel(context.Background())
	c.end = end
	for number := range o.clients {
		if number%oneInTends == 1 {
			c.running.Go(func() { c.newClient(number, o.seed, queryFor).tend(ending) })
			continue
		}
		c.running.Go(func() { c.newClient(number, o.seed, callFor).write(ending) })
	}
	for number := range readers {
		c.running.Go(func() { c.newClient(o.clients+number, o.seed, queryFor).read(ending) })
	}
	return c
}

// stop returns when every command is answered, and gives it up a minute after.
func (c *clients) stop(h *history) {
	c.end()
	c.running.Wait()
	h.calls, h.reads, h.people = c.calls, c.reads, c.said
}

// client is one of them. It has a process that it prefers.
type client struct {
	*clients
	authorized
	random      *rand.Rand
	home        int
	connections []*drive.Connection
	made        []call
	seen        []reading
	asked       []personRead
	last        call      // that took effect
	kept        []command // some that did, from all the time
}

func (c *clients) newClient(number int, seed uint64, patience time.Duration) *client {
	one := &client{clients: c, authorized: authorized{issuer: c.tokens}, random: rand.New(rand.NewPCG(seed, uint64(number))), home: number % len(c.apis.addresses)}
	for _, address := range c.apis.addresses {
		one.connections = append(one.connections, drive.NewConnection(address, patience))
	}
	return one
}

// write sends commands, one after another.
func (c *client) write(ending context.Context) {
	defer c.leave()
	for ending.Err() == nil {
		done := c.perform(ending, c.next())
		if done.succeeded() {
			if done.kind == opened {
				c.accounts.add(done.account)
			}
			raise(&c.highest, done.at)
			c.last = done
			if c.random.IntN(100) == 0 { // one of them once more: the answer must be the same
				c.home++
				c.perform(ending, c.again(done.command))
			}
		}
	}
}

// again keeps a command, and returns it or one from before.
func (c *client) again(done command) command {
	if len(c.kept) < keptCommands {
		c.kept = append(c.kept, done)
	} else {
		c.kept[c.random.IntN(keptCommands)] = done
	}
	if c.random.IntN(2) == 0 {
		return done
	}
	return c.kept[c.random.IntN(len(c.kept))]
}

func (c *client) leave() {
	for _, connection := range c.connections {
		connection.Close()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.calls, c.reads, c.said = append(c.calls, c.made...), append(c.reads, c.seen...), append(c.said, c.asked...)
}

// next is what the client wants to do.
func (c *client) next() command {
	count := c.accounts.len()
	what := command{key: uuid.New(), account: uuid.New(), kind: opened}
	choice := c.random.IntN(1000)
	if count < atFirst || choice < 20 {
		return what
	}
	number := c.random.IntN(count)
	if c.random.IntN(4) == 0 {
		number = count - 1 - c.random.IntN(hot)
	}
	what.account, what.amount, what.kind = c.accounts.at(number), 1+c.random.Int64N(100), deposited
	switch {
	case choice < 25:
		what.kind, what.amount = closed, 0
	case choice < 500:
		what.kind = withdrawn
	}
	if c.last.account != uuid.Nil && c.random.IntN(10) == 0 { // on what it knows, or believes
		what.account, what.ifMatch = c.last.account, c.last.version
	}
	return what
}

// perform sends a command until it is answered, to another process after each failure.
// When it is to end, it goes on for a minute.
func (c *client) perform(ending context.Context, what command) call {
	var deadline time.Time
	undone, gives := true, c.random.IntN(2) == 0 // it gives up when it is told that nothing was done
	for {
		process := c.apis.pick(c.home)
		answer := c.call(process, what)
		c.made = append(c.made, answer)
		if answer.succeeded() || answer.refused() && !answer.undecided() {
			c.apis.up(process)
			c.count.Add(1)
			return answer
		}
		undone = undone && answer.undone()
		if undone && gives {
			return answer
		}
		if answer.status == 0 || answer.code == "issuer_unavailable" { // which its readiness says, too
			c.apis.down(process)
			c.home = process + 1
		}
		if answer.status == http.StatusUnauthorized {
			c.until = time.Time{}
		}
		if ending.Err() != nil && deadline.IsZero() {
			deadline = time.Now().Add(time.Minute)
		}
		if !deadline.IsZero() && time.Now().After(deadline) {
			return answer
		}
		wait := between(c.random, 20*time.Millisecond, 100*time.Millisecond)
		if answer.status == 409 { // its first call is still under way
			wait *= 4
		}
		pause(context.Background(), wait) // also when it is to end
	}
}

func (c *client) call(process int, what command) call {
	c.renew(c.random)
	made := call{command: what, process: process, token: c.key, sent: time.Since(c.started)}
	r := requestOf(what)
	r.Token = c.token
	answer, err := c.connections[process].Send(r)
	made.done = time.Since(c.started)
	if err != nil {
		return made
	}
	var body struct {
		Version  int64
		Position int64 `json:",string"`
		Code     string
	}
	if json.Unmarshal(answer.Body, &body) != nil {
		return made // cut off
	}
	made.status, made.code, made.version, made.at = answer.Status, body.Code, body.Version, body.Position
	made.epoch = answer.Header.Get("Log-Epoch")
	return made
}

func requestOf(what command) drive.Request {
	if isPerson(what.kind) {
		return ofPerson(what)
	}
	key := what.key.String()
	r := drive.Request{Method: http.MethodPost, Key: key, Correlation: key, Path: "/v1/accounts/" + what.account.String()}
	text := textOf(what.kind, what.key)
	switch what.kind {
	case opened:
		r.Path, r.Body = "/v1/accounts", fmt.Appendf(nil, `{"id":"%s","owner":"%s","currency":"EUR"`, what.account, text)
		if what.customer != uuid.Nil {
			r.Body = fmt.Appendf(r.Body, `,"customer_id":"%s"`, what.customer)
		}
		r.Body = append(r.Body, '}')
	case deposited, withdrawn:
		r.Path += map[string]string{deposited: "/deposits", withdrawn: "/withdrawals"}[what.kind]
		r.Body = fmt.Appendf(nil, `{"amount":%d,"reference":"%s"}`, what.amount, text)
	case closed:
		r.Path, r.Body = r.Path+"/closure", []byte("{}")
	}
	if what.ifMatch > 0 {
		r.IfMatch = strconv.FormatInt(what.ifMatch, 10)
	}
	return r
}

func raise(highest *atomic.Int64, to int64) {
	for before := highest.Load(); before < to && !highest.CompareAndSwap(before, to); before = highest.Load() {
	}
}

// accounts are those that are open, in the order of their opening.
type accounts struct {
	mu  sync.RWMutex
	ids []uuid.UUID
}

func (a *accounts) add(id uuid.UUID) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.ids = append(a.ids, id)
}

func (a *accounts) at(number int) uuid.UUID {
	a.mu.RLock()
	defer a.mu.RUnlock()
	return a.ids[number]
}

func (a *accounts) len() int {
	a.mu.RLock()
	defer a.mu.RUnlock()
	return len(a.ids)
}
