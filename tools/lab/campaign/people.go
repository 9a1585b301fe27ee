//go:build linux

package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/google/uuid"

	"example.com/pgcqrs/tools/lab/load/drive"
)

const (
	oneInTends = 8  // clients, one tends customers
	newest     = 64 // customers, who get three quarters of what is done to any
	atLeast    = 20 // customers, before anything is done to any
)

// mark is in the name and the address of every person, and in nothing else, by chance neither.
const mark = "yqzvwkqj"

// fullNameOf and emailOf are the contact that a command registers, or changes to, under a key.
func fullNameOf(key uuid.UUID) string {
	name := "X" + mark + " " + key.String()
	if isLarge(key) {
		name += " " + long(key, longestOwner-len(name)-1)
	}
	return name
}

func emailOf(key uuid.UUID) string { return "x" + mark + "." + key.String() + "@example.com" }

// contactOf stands for a name and an address.
func contactOf(key uuid.UUID) digest { return contactDigest(fullNameOf(key), emailOf(key)) }

func contactDigest(name, email string) digest { return digestOf(name + "\n" + email) }

// isPerson says of an event's kind, or a command's, that it is a customer's.
func isPerson(kind string) bool { return strings.HasPrefix(kind, "customer.") }

// people are the customers that clients know of, in the order of their registration.
type people struct {
	mu    sync.Mutex
	all   []uuid.UUID
	those map[uuid.UUID][]uuid.UUID // the keys of each one's contacts
}

// add notes a contact of a customer's.
func (p *people) add(id, contact uuid.UUID) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.those == nil {
		p.those = make(map[uuid.UUID][]uuid.UUID)
	}
	if p.those[id] == nil {
		p.all = append(p.all, id)
	}
	p.those[id] = append(p.those[id], contact)
}

// some returns one of them, a new one mostly, and one of the contacts, the last one mostly; false while there are few.
func (p *people) some(random *rand.Rand) (id, contact uuid.UUID, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	count := len(p.all)
	if count < atLeast {
		return id, contact, false
	}
	n := random.IntN(count)
	if random.IntN(4) > 0 {
		n = count - 1 - random.IntN(min(newest, count))
	}
	contacts := p.those[p.all[n]]
	contact = contacts[len(contacts)-1]
	if random.IntN(4) == 0 {
		contact = contacts[random.IntN(len(contacts))]
	}
	return p.all[n], contact, true
}

// tend is a client who registers customers, changes their contacts, opens accounts for them, erases them, and looks
// them up.
func (c *client) tend(ending context.Context) {
	defer c.leave()
	for ending.Err() == nil {
		if id, contact, ok := c.people.some(c.random); ok && c.random.IntN(5) == 0 {
			c.askAbout(id, contact)
			continue
		}
		done := c.perform(ending, c.nextOfPerson())
		if !done.succeeded() {
			continue
		}
		raise(&c.highest, done.at)
		switch done.kind {
		case opened:
			c.accounts.add(done.account)
		case registered, changed:
			c.people.add(done.account, done.key)
		}
		if c.random.IntN(20) == 0 { // once more: the answer must be the same, also when they are erased meanwhile
			c.home++
			c.perform(ending, c.again(done.command))
		}
	}
}

// nextOfPerson is what the client wants to do to a customer.
func (c *client) nextOfPerson() command {
	what := command{key: uuid.New(), account: uuid.New(), kind: registered}
	id, _, ok := c.people.some(c.random)
	choice := c.random.IntN(100)
	if !ok || choice < 12 {
		return what
	}
	switch {
	case choice < 18: // who is there already: it is refused, and leaves nothing
		what.account = id
	case choice < 26:
		what.kind, what.customer = opened, id
	case choice < 34:
		what.kind, what.account = erased, id
	default:
		what.kind, what.account = changed, id
	}
	return what
}

// ofPerson makes a request of a command to a customer. Erasing takes no Idempotency-Key: it may be repeated.
func ofPerson(what command) drive.Request {
	r := drive.Request{Method: http.MethodPost, Key: what.key.String(), Correlation: what.key.String(), Path: "/v1/customers"}
	contact := fmt.Sprintf(`"name":%q,"email":%q}`, fullNameOf(what.key), emailOf(what.key))
	switch what.kind {
	case registered:
		r.Body = fmt.Appendf(nil, `{"id":"%s",%s`, what.account, contact)
	case changed:
		r.Path, r.Body = r.Path+"/"+what.account.String()+"/contact", []byte("{"+contact)
	case erased:
		r.Method, r.Key, r.Path = http.MethodDelete, "", r.Path+"/"+what.account.String()
	}
	return r
}

// contactAfter returns the key of the contact that a customer has after some events, and whether there is one: they are
// registered, and not erased.
func contactAfter(stream []event) (key uuid.UUID, ok bool) {
	for _, e := range slices.Backward(stream) {
		switch e.kind {
		case erased:
			return uuid.Nil, false
		case registered, changed:
			return e.key, true
		}
	}
	return uuid.Nil, false
}

// isErased says that one of the events erases the person.
func isErased(stream []event) bool {
	return slices.ContainsFunc(stream, func(e event) bool { return e.kind == erased })
}
