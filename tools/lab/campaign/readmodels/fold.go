//go:build linux

package readmodels

import (
	"sort"
	"strings"

	"github.com/google/uuid"

	"example.com/pgcqrs/tools/lab/campaign/answers"
	"example.com/pgcqrs/tools/lab/campaign/evidence"
	"example.com/pgcqrs/tools/lab/campaign/history"
	"example.com/pgcqrs/tools/lab/campaign/sample"
)

// folded is the state of an account after some of the account's events.
type folded struct {
	Balance   history.Balance
	Statement history.Statement
}

// Fold returns the state of an account after some events. Fold implements the business rules
// independently of the service's code.
func Fold(stream []history.Event) folded {
	var f folded
	for _, recorded := range stream {
		f.Balance.Amount += recorded.Delta()
		f.Balance.Version = recorded.Version
		switch recorded.Kind {
		case sample.Opened:
			f.Balance.Status = "open"
		case sample.Closed: // a refund may follow, which does not open the account again
			f.Balance.Status = "closed"
		case sample.Deposited, sample.Withdrawn:
			f.Statement.Lines++
		}
	}
	f.Statement.Sum, f.Statement.Last = f.Balance.Amount, f.Balance.Amount
	return f
}

func ReadModelsAreFolds(e *evidence.Evidence, v *evidence.Verdict) {
	if e.History.Models.Parked != 0 {
		v.Violated("%d streams are parked or messages dead", e.History.Models.Parked)
	}
	var accounts, customers int
	for id, stream := range e.Streams {
		if sample.IsTransfer(stream[0].Kind) { // package transfers compares them
			continue
		}
		v.Looked++
		if sample.IsPerson(stream[0].Kind) {
			customers++
			hasCustomer(e, v, id, stream)
			continue
		}
		accounts++
		want := Fold(stream)
		if got := e.History.Models.Balances[id]; got != want.Balance {
			v.Violated("balances has %+v of account %s, and the log says %+v", got, id, want.Balance)
		}
		if got := e.History.Models.Statements[id]; got != want.Statement {
			v.Violated("statements has %+v of account %s, and the log says %+v", got, id, want.Statement)
		}
	}
	if len(e.History.Models.Balances) != accounts || len(e.History.Models.Statements) != accounts {
		v.Violated("there are %d balances and %d statements of %d accounts", len(e.History.Models.Balances), len(e.History.Models.Statements), accounts)
	}
	if len(e.History.Models.Customers) != customers {
		v.Violated("there are %d rows of %d customers", len(e.History.Models.Customers), customers)
	}
}

// hasCustomer compares the row of a customer in the read model with the customer's events.
func hasCustomer(e *evidence.Evidence, v *evidence.Verdict, id uuid.UUID, stream []history.Event) {
	last := stream[len(stream)-1]
	want := history.Customer{Status: "registered", Version: last.Version, Encrypted: last.Encrypted}
	if last.Kind == sample.Erased {
		want.Status = "erased"
	}
	if got := e.History.Models.Customers[id]; got != want {
		v.Violated("customers has %+v of %s, and the log says %+v", got, id, want)
	}
}

func ReadsAreFolds(e *evidence.Evidence, v *evidence.Verdict) {
	before := make(map[uuid.UUID][]int64) // balance after each event
	for _, id := range evidence.AccountsOf(e) {
		sums := make([]int64, 1, len(e.Streams[id])+1)
		for i, recorded := range e.Streams[id] {
			sums = append(sums, sums[i]+recorded.Delta())
		}
		before[id] = sums
	}
	for _, r := range e.History.Reads {
		stream := e.Streams[r.Account]
		switch r.Status {
		case 200:
			v.Looked++
			count := sort.Search(len(stream), func(i int) bool { return stream[i].Position > r.At }) // number of events up to that position
			if r.Of == answers.OfStatement {
				if !e.History.Touched[r.Account] {
					showsLines(v, r, stream[:count])
				}
				continue
			}
			if r.At < r.Min || int64(count) != r.Version || before[r.Account][count] != r.Balance || r.Text != ownerOf(stream) {
				v.Violated("account %s as of %d (at least %d): version %d, balance %d; the log says %d, %d, and whose it is",
					r.Account, r.At, r.Min, r.Version, r.Balance, count, before[r.Account][count])
			}
		case 404:
			v.Looked++
			if r.Min > 0 && len(stream) > 0 && stream[0].Position <= r.Min {
				v.Violated("account %s is opened at %d, and was not found as of %d", r.Account, stream[0].Position, r.Min)
			}
		}
	}
}

// showsLines compares the first page of an account statement with the account's events.
func showsLines(v *evidence.Verdict, r answers.Reading, stream []history.Event) {
	var lines int
	var texts strings.Builder
	var last history.Event
	var balance int64
	for _, recorded := range stream {
		if recorded.Delta() != 0 && lines < answers.PerPage {
			lines, last, balance = lines+1, recorded, balance+recorded.Delta()
			texts.WriteString(sample.TextOf(recorded.Kind, recorded.Key))
		}
	}
	if r.At < r.Min || len(stream) == 0 || r.Lines != lines || r.Version != last.Version || r.Balance != balance || r.Text != sample.DigestOf(texts.String()) {
		v.Violated("the statement of account %s as of %d (at least %d): %d lines, the last of version %d, balance %d; the log says %d, %d, %d, and what the texts are",
			r.Account, r.At, r.Min, r.Lines, r.Version, r.Balance, lines, last.Version, balance)
	}
}

// ownerOf returns the digest of the name of an account's owner.
func ownerOf(stream []history.Event) sample.Digest {
	if len(stream) == 0 {
		return sample.Digest{}
	}
	return sample.DigestOf(sample.TextOf(sample.Opened, stream[0].Key))
}
