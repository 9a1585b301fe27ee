//go:build linux

package clients

import (
	"context"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/tools/lab/campaign/answers"
	"example.com/pgcqrs/tools/lab/campaign/requests"
	"example.com/pgcqrs/tools/lab/campaign/sample"
)

// About half of the registrations and changes of a contact send a shared address, which means that
// other commands of both subjects may send the same address. From time to time, new shared
// addresses replace the old addresses, because an old address may belong to a customer whom no
// client changes any more.
const (
	sharedAtOnce = 8 // number of shared addresses at a time
	perAddress   = 4 // number of registrations after which a shared address is replaced
)

// tend runs a client that registers customers, changes their contacts, opens accounts for them,
// erases them, and queries them.
func (c *client) tend(ending context.Context) {
	defer c.leave()
	for ending.Err() == nil {
		if id, contact, ok := c.people.Some(c.random); ok && c.random.IntN(5) == 0 {
			c.askAbout(id, contact)
			continue
		}
		done := c.perform(ending, c.nextOfPerson())
		if !done.Succeeded() {
			continue
		}
		raise(&c.clients.highest, done.At)
		switch done.Command.Kind {
		case sample.Opened:
			c.accounts.Add(done.Command.Account)
		case sample.Registered, sample.Changed:
			c.people.Add(done.Command.Account, done.Command.Key)
		}
		if c.random.IntN(20) == 0 { // send it again: the answer must be the same, even if the customer was erased meanwhile
			c.home++
			c.perform(ending, c.again(done.Command))
		}
	}
}

// nextOfPerson returns the next command of the client about a customer.
func (c *client) nextOfPerson() answers.Command {
	what := answers.Command{Key: uuid.New(), Account: uuid.New(), Kind: sample.Registered, Subject: c.authorized.subject}
	if c.random.IntN(2) == 0 {
		what.Key = sample.Sharing(what.Key, c.people.Len()/perAddress+c.random.IntN(sharedAtOnce))
	}
	id, _, ok := c.people.Some(c.random)
	choice := c.random.IntN(100)
	if !ok || choice < 12 {
		return what
	}
	switch {
	case choice < 18: // register an existing customer: must be refused, and change nothing
		what.Account = id
	case choice < 26:
		what.Key, what.Kind, what.Customer = uuid.New(), sample.Opened, id
	case choice < 34:
		what.Kind, what.Account = sample.Erased, id
	default:
		what.Kind, what.Account = sample.Changed, id
	}
	return what
}

// askAbout queries a customer. About half of the queries have a Min-Position: the highest position
// in any answer so far. The other queries have no Min-Position.
func (c *client) askAbout(id, contact uuid.UUID) {
	one := answers.PersonRead{Customer: id, Contact: contact, By: c.authorized.subject, Of: []answers.Query{answers.OfPersonItself, answers.OfLookUp, answers.OfLookUp, answers.OfExport}[c.random.IntN(4)]}
	if c.random.IntN(2) == 0 {
		one.Min = c.clients.highest.Load()
	}
	process := c.clients.apis.Pick(c.home)
	c.home++
	c.authorized.renew(c.random)
	r := requests.OfRead(&one, c.random.IntN(2) == 0)
	r.Token = c.authorized.token
	if answer, err := c.connections[process].Send(r); err == nil {
		requests.Take(&one, answer)
		c.clients.apis.Up(process)
	}
	one.Done = time.Since(c.clients.started)
	c.asked = append(c.asked, one)
}
