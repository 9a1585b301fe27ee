//go:build linux

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/tools/lab/load/drive"
)

// personRead is what one query's answer says of a customer.
type personRead struct {
	customer uuid.UUID
	contact  uuid.UUID // of a look-up: the key of the contact whose address was looked for
	of       query
	by       string        // the subject
	last     bool          // at the end, of all that there are
	min, at  int64         // Min-Position, Event-Position
	done     time.Duration // since the start
	status   int
	state    string // as shown
	version  int64
	text     digest      // of the contact that was shown; zero: none
	found    []uuid.UUID // by a look-up
	some     bool        // of a look-up or an export: there may be more
	events   []digest    // of an export: the contact in each event; zero: none
}

// person is what the service says of one.
type person struct {
	ID          uuid.UUID
	Name, Email *string
	Status      string
	Version     int64
}

func (p person) contact() digest { return shownContact(p.Name, p.Email) }

func shownContact(name, email *string) digest {
	if name == nil && email == nil {
		return digest{}
	}
	return contactDigest(orNothing(name), orNothing(email))
}

func orNothing(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}

// request asks for a customer, an export, or whoever has the address, which may be in capitals.
func (r *personRead) request(capitals bool) drive.Request {
	asked := drive.Request{Method: http.MethodGet, Path: "/v1/customers/" + r.customer.String()}
	switch r.of { //nolint:exhaustive // the others read the customer
	case ofExport:
		asked.Path += "/export?limit=200"
	case ofLookUp:
		email := emailOf(r.contact)
		if capitals {
			email = strings.ToUpper(email)
		}
		asked.Method, asked.Path, asked.Body = http.MethodPost, "/v1/customers/search", fmt.Appendf(nil, `{"email":"%s"}`, email)
	}
	if r.min > 0 {
		asked.MinPosition = strconv.FormatInt(r.min, 10)
	}
	return asked
}

// take reads an answer. One that was cut off says nothing.
func (r *personRead) take(answer drive.Answer) {
	r.status = answer.Status
	r.at, _ = strconv.ParseInt(answer.Header.Get("Event-Position"), 10, 64)
	if r.status != http.StatusOK {
		return
	}
	var said struct {
		person
		Items      []person
		Incomplete bool
		Next       string `json:"next_cursor"`
		Customer   person
		Events     []struct{ Data struct{ Name, Email *string } }
	}
	if json.Unmarshal(answer.Body, &said) != nil {
		r.status = 0
		return
	}
	shown := said.person
	if r.of == ofExport {
		shown = said.Customer
	}
	r.state, r.version, r.text = shown.Status, shown.Version, shown.contact()
	r.some = said.Incomplete || said.Next != ""
	for _, item := range said.Items {
		r.found = append(r.found, item.ID)
	}
	for _, e := range said.Events {
		r.events = append(r.events, shownContact(e.Data.Name, e.Data.Email))
	}
}

// askAbout asks for a customer, as of the newest position that any client was answered every other time.
func (c *client) askAbout(id, contact uuid.UUID) {
	one := personRead{customer: id, contact: contact, by: subject, of: []query{ofPersonItself, ofLookUp, ofLookUp, ofExport}[c.random.IntN(4)]}
	if c.random.IntN(2) == 0 {
		one.min = c.highest.Load()
	}
	process := c.apis.pick(c.home)
	c.home++
	c.renew(c.random)
	r := one.request(c.random.IntN(2) == 0)
	r.Token = c.token
	if answer, err := c.connections[process].Send(r); err == nil {
		one.take(answer)
		c.apis.up(process)
	}
	one.done = time.Since(c.started)
	c.asked = append(c.asked, one)
}

const askers = 8 // at the end, at once

// readPeople asks, at the end, for each customer that the log has: who they are, who has their address and one of before,
// what is held on one in eight, and what a stranger sees.
func (w *world) readPeople(ctx context.Context, log []event) (all []personRead) {
	streams := make(map[uuid.UUID][]event)
	for _, e := range log {
		if isPerson(e.kind) {
			streams[e.account] = append(streams[e.account], e)
		}
	}
	ids := make(chan uuid.UUID, len(streams))
	for id := range streams {
		ids <- id
	}
	close(ids)
	asking, cancel := context.WithTimeout(ctx, operatorFor)
	defer cancel()
	var mu sync.Mutex
	var running sync.WaitGroup
	for number := range askers {
		running.Go(func() {
			connection := drive.NewConnection(w.apis[number%len(w.apis)].address, queryFor)
			defer connection.Close()
			for id := range ids {
				reads := w.readPerson(asking, connection, id, streams[id], int64(len(log)))
				mu.Lock()
				all = append(all, reads...)
				mu.Unlock()
			}
		})
	}
	running.Wait()
	return all
}

func (w *world) readPerson(asking context.Context, connection *drive.Connection, id uuid.UUID, stream []event, head int64) (reads []personRead) {
	one := personRead{customer: id, by: subject, last: true, min: head}
	contacts := slices.DeleteFunc(slices.Clone(stream), func(e event) bool { return e.kind == erased })
	if len(contacts) == 0 {
		return nil // the check says it
	}
	one.contact = contacts[len(contacts)-1].key
	for _, of := range []query{ofPersonItself, ofLookUp, ofExport} {
		if one.of = of; of != ofExport || id[0]%8 == 0 {
			reads = append(reads, one)
		}
	}
	one.of, one.by = ofLookUp, stranger
	if reads = append(reads, one); len(contacts) > 1 {
		one.by, one.contact = subject, contacts[len(contacts)-2].key
		reads = append(reads, one)
	}
	for n := range reads {
		w.ask(asking, connection, &reads[n], n%2 == 1)
	}
	return reads
}

// ask asks until there is an answer about the customer, or, once asking is over, for once: a customer who is lost is for
// the checks to tell of.
func (w *world) ask(asking context.Context, connection *drive.Connection, one *personRead, capitals bool) {
	for {
		r := one.request(capitals)
		r.Token, _ = w.issuer.token(one.by)
		answer, err := connection.Send(r)
		if err == nil {
			one.take(answer)
		}
		if asking.Err() != nil || err == nil && answer.Status < 500 && answer.Status != http.StatusUnauthorized {
			return
		}
		pause(asking, 200*time.Millisecond)
	}
}
