//go:build linux

package answers

import (
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/tools/lab/campaign/sample"
)

const (
	CallFor  = 2 * time.Second // how long a client waits for the answer to a command
	QueryFor = 7 * time.Second // how long a client waits for the answer to a query; with Min-Position the API waits up to 5 s
)

// Reading holds what the answer to one query says about one account.
type Reading struct {
	Account uuid.UUID
	Min     int64 // Min-Position of the query
	At      int64 // Event-Position of the answer
	Status  int
	Version int64 // in a statement: the version of the statement's last line
	Balance int64
	Of      Query
	Lines   int           // number of lines of a statement
	Text    sample.Digest // digest of the account's owner, or of the statement's references
}

// Query is a kind of query.
type Query int

const (
	OfAccount   Query = iota
	OfList            // a page of accounts; each account is one Reading
	OfStatement       // the first page of a statement

	OfPersonItself // one customer
	OfLookUp       // a search for customers by an address
	OfExport       // the first page of a customer's export
)

// ParkedRead is the answer to a query for the statement of a parked account: the projection can't
// apply one of the account's events. The query has the position of this event as Min-Position.
type ParkedRead struct {
	Process    int
	Sent, Done time.Duration
	Status     int // HTTP status; 0: no answer
	Code       string
	Still      bool // the account was parked at that position before and after the query
}

// PersonRead holds what the answer to one query says about a customer.
type PersonRead struct {
	Customer uuid.UUID
	Contact  uuid.UUID // in a search by address: the key of the contact that has the address
	Of       Query
	By       string        // the subject of the token
	Last     bool          // a query at the end of the run, of the whole log
	Min, At  int64         // Min-Position of the query, Event-Position of the answer
	Done     time.Duration // time since the start of the run
	Status   int
	State    string // status of the customer in the answer
	Version  int64
	Text     sample.Digest   // digest of the contact in the answer; zero: no contact
	Found    []uuid.UUID     // the customers that a search found
	Some     bool            // in a search or an export: there may be more results
	Events   []sample.Digest // in an export: the digest of the contact in each event; zero: no contact
}

// TransferRead holds what the answer to one query says about a transfer.
type TransferRead struct {
	Transfer uuid.UUID
	By       string // the subject of the token
	Last     bool   // a query at the end of the run
	Min, At  int64  // Min-Position of the query, Event-Position of the answer
	Status   int    // HTTP status; 0: no answer
	From, To uuid.UUID
	Amount   int64
	Currency string
	Text     sample.Digest // digest of the reference
	State    string        // status of the transfer
	Code     string        // code of the transfer; "": none
	Version  int64
}

// PerPage is the page size of the lists and account statements that clients query.
const PerPage = 50
