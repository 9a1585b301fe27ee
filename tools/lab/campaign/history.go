//go:build linux

package main

import (
	"net/http"
	"sync"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/tools/lab/campaign/copies"
)

// history is all that was seen from outside. Nothing in it comes from the engine's code.
type history struct {
	started   time.Time
	calls     []call
	reads     []reading
	totals    []total
	log       []event // as it is at the end, by position
	tail      []event // as somebody saw it grow who reads it from outside
	tailSaid  []string
	published []published
	models    models
	copies    map[string][copies.Buckets]copies.Row
	kept      kept
	people    []personRead // what was said of customers, all the while and at the end
	persons   keyRows
	searched  []searched         // at the end, for persons' texts
	issued    []time.Duration    // when each of the issuer's keys was published
	listed    map[uuid.UUID]int  // how often the whole list had each account, at the end
	own       []ownReport        // what the service says of itself, at the end
	keys      map[uuid.UUID]bool // that the service remembers at the end
	clock     []clockOff         // changes of the server's clock
	late      []lateness         // of this program
	took      time.Duration      // all faults
	rested    time.Duration      // from the last fault to lag zero and an empty outbox
	commands  int                // that were answered
	answers   map[string]int     // to requests of commands
	epochs    int                // that answers spoke of, if history was lost
	slowest   time.Duration      // that a command may take; 0: any time
	some      bool               // few kinds of faults, or few faults: a check may have nothing to look at

	mu       sync.Mutex
	spans    []span
	lockings []locking
	probes   []probe
	parked   []parkedRead
	touched  map[uuid.UUID]bool // accounts into whose statements somebody wrote

	intrusions []intrusion
}

// call is one request of a command. A command that got no answer is sent again, under
// its key.
type call struct {
	command
	process int
	token   int           // the number of the key of the token that it was made with
	sent    time.Duration // since the start
	done    time.Duration
	status  int // 0: no answer
	code    string
	version int64
	at      int64  // position
	epoch   string // of the log that the answer is about
}

// command is what a client wants. Its key is the Idempotency-Key, and the correlation
// id of its event.
type command struct {
	key      uuid.UUID
	account  uuid.UUID // or customer
	kind     string    // as the event's type is stored
	amount   int64
	ifMatch  int64     // 0: none
	customer uuid.UUID // of an opening: whom the account is for; nobody mostly
}

// succeeded says that the command has taken effect.
func (c call) succeeded() bool { return c.status == 200 || c.status == 201 }

// refused says that the command has taken no effect, at least not by this call.
func (c call) refused() bool { return c.status >= 400 && c.status < 500 }

// undecided says of a refusal that nobody has looked at what was asked for: its first call is under way, it takes another
// token, or it comes too soon.
func (c call) undecided() bool {
	return c.status == http.StatusConflict || c.status == http.StatusUnauthorized || c.status == http.StatusTooManyRequests
}

// reading is what one query's answer says of one account.
type reading struct {
	account uuid.UUID
	min     int64 // Min-Position
	at      int64 // Event-Position
	status  int
	version int64 // of a statement: the last line's
	balance int64
	of      query
	lines   int    // of a statement
	text    digest // of the owner, or of a statement's references
}

// query is what was asked for.
type query int

const (
	ofAccount   query = iota
	ofList            // a page of accounts, each of which is a reading
	ofStatement       // its first page

	ofPersonItself // a customer
	ofLookUp       // customers by an address
	ofExport       // the first page of all that is held on one
)

// total is the sum of all balances, and the position that it is of.
type total struct{ at, sum int64 }

// event is a row of the log.
type event struct {
	position  int64
	account   uuid.UUID // or customer
	version   int64
	id        uuid.UUID
	kind      string
	amount    int64
	key       uuid.UUID
	recorded  int64 // microseconds of Unix time, by the database's clock
	text      digest
	encrypted digest // a customer's name and address, as they are stored
}

// delta is what an event adds to the account's balance.
func (e event) delta() int64 {
	switch e.kind {
	case deposited:
		return e.amount
	case withdrawn:
		return -e.amount
	}
	return 0
}

// The stored names of the events.
const (
	opened    = "account.opened"
	deposited = "account.money_deposited"
	withdrawn = "account.money_withdrawn"
	closed    = "account.closed"

	registered = "customer.registered"
	changed    = "customer.contact_changed"
	erased     = "customer.erased"
)

// published is a message in the broker's stream, in its order.
type published struct {
	id, account uuid.UUID
	text        digest
}

// models are the read tables at the end.
type models struct {
	balances   map[uuid.UUID]balance
	statements map[uuid.UUID]statement
	parked     int64
	owners     map[uuid.UUID]digest // of accounts, in balances
	references map[place]digest     // of lines whose text is long
	customers  map[uuid.UUID]customer
}

// customer is a customer's row. What is personal in it is encrypted, as in the log.
type customer struct {
	status    string
	version   int64
	encrypted digest
}

type balance struct {
	amount, version int64
	status          string
}

// statement is an account's lines: how many, their sum with signs, and what the last says.
type statement struct{ lines, sum, last int64 }

// span is a fault, from its beginning to its end.
type span struct {
	kind     string
	process  int // the API's that it was done to, or -1
	from, to time.Duration
}

func (h *history) note(s span) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.spans = append(h.spans, s)
}

func (h *history) faults() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.spans)
}

// tally counts commands and answers.
func (h *history) tally() {
	answered := make(map[uuid.UUID]bool)
	h.answers = make(map[string]int)
	for _, c := range h.calls {
		h.answers[answerOf(c.status, c.code)]++
		if c.status != 0 && c.status < 500 {
			answered[c.key] = true
		}
	}
	h.commands = len(answered)
}
