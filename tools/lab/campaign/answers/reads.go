//go:build linux

package answers

import (
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/tools/lab/campaign/sample"
)

const (
	CallFor  = 2 * time.Second // a client waits for an answer
	QueryFor = 7 * time.Second // a reader does; Min-Position waits 5 s
)

// Reading holds what one query's answer says about one account.
type Reading struct {
	Account uuid.UUID
	Min     int64 // Min-Position
	At      int64 // Event-Position
	Status  int
	Version int64 // of a statement: the last line's
	Balance int64
	Of      Query
	Lines   int           // of a statement
	Text    sample.Digest // of the owner, or of a statement's references
}

// Query is a kind of query.
type Query int

const (
	OfAccount   Query = iota
	OfList            // a page of accounts, each of which is a reading
	OfStatement       // its first page

	OfPersonItself // a customer
	OfLookUp       // customers by an address
	OfExport       // the first page of all that is held on one
)

// ParkedRead is the answer to a client that asks for the statement of a parked account as of the
// position at which it is parked.
type ParkedRead struct {
	Process    int
	Sent, Done time.Duration
	Status     int // 0: no answer
	Code       string
	Still      bool // it was parked there before and after
}

// PersonRead holds what one query's answer says about a customer.
type PersonRead struct {
	Customer uuid.UUID
	Contact  uuid.UUID // of a look-up: the key of the contact whose address was looked for
	Of       Query
	By       string        // the subject
	Last     bool          // at the end, of all that there are
	Min, At  int64         // Min-Position, Event-Position
	Done     time.Duration // since the start
	Status   int
	State    string // as shown
	Version  int64
	Text     sample.Digest   // of the contact that was shown; zero: none
	Found    []uuid.UUID     // by a look-up
	Some     bool            // of a look-up or an export: there may be more
	Events   []sample.Digest // of an export: the contact in each event; zero: none
}

// PerPage is the page size of readers' lists and statements.
const PerPage = 50
