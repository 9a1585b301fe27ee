//go:build linux

package main

import (
	"sort"
	"strings"

	"github.com/google/uuid"
)

// folded is an account after some of its events.
type folded struct {
	balance
	statement
}

// fold is the rules once more, independent of the service's code.
func fold(stream []event) folded {
	var f folded
	for _, recorded := range stream {
		f.amount += recorded.delta()
		f.version = recorded.version
		f.status = "open"
		switch recorded.kind {
		case closed:
			f.status = "closed"
		case deposited, withdrawn:
			f.lines++
		}
	}
	f.sum, f.last = f.amount, f.amount
	return f
}

func readModelsAreFolds(e *evidence, v *verdict) {
	if e.models.parked != 0 {
		v.violated("%d streams are parked or messages dead", e.models.parked)
	}
	var accounts int
	for id, stream := range e.streams {
		v.Looked++
		if isPerson(stream[0].kind) {
			e.hasCustomer(v, id, stream)
			continue
		}
		accounts++
		want := fold(stream)
		if got := e.models.balances[id]; got != want.balance {
			v.violated("balances has %+v of account %s, and the log says %+v", got, id, want.balance)
		}
		if got := e.models.statements[id]; got != want.statement {
			v.violated("statements has %+v of account %s, and the log says %+v", got, id, want.statement)
		}
	}
	if len(e.models.balances) != accounts || len(e.models.statements) != accounts {
		v.violated("there are %d balances and %d statements of %d accounts", len(e.models.balances), len(e.models.statements), accounts)
	}
	if customers := len(e.streams) - accounts; len(e.models.customers) != customers {
		v.violated("there are %d rows of %d customers", len(e.models.customers), customers)
	}
}

// hasCustomer compares a customer's row with their events.
func (e *evidence) hasCustomer(v *verdict, id uuid.UUID, stream []event) {
	last := stream[len(stream)-1]
	want := customer{"registered", last.version, last.encrypted}
	if last.kind == erased {
		want.status = "erased"
	}
	if got := e.models.customers[id]; got != want {
		v.violated("customers has %+v of %s, and the log says %+v", got, id, want)
	}
}

func readsAreFolds(e *evidence, v *verdict) {
	before := make(map[uuid.UUID][]int64) // running balances
	for _, id := range accountsOf(e) {
		sums := make([]int64, 1, len(e.streams[id])+1)
		for i, recorded := range e.streams[id] {
			sums = append(sums, sums[i]+recorded.delta())
		}
		before[id] = sums
	}
	for _, r := range e.reads {
		stream := e.streams[r.account]
		switch r.status {
		case 200:
			v.Looked++
			count := sort.Search(len(stream), func(i int) bool { return stream[i].position > r.at }) // events up to there
			if r.of == ofStatement {
				if !e.touched[r.account] {
					showsLines(v, r, stream[:count])
				}
				continue
			}
			if r.at < r.min || int64(count) != r.version || before[r.account][count] != r.balance || r.text != ownerOf(stream) {
				v.violated("account %s as of %d (at least %d): version %d, balance %d; the log says %d, %d, and whose it is",
					r.account, r.at, r.min, r.version, r.balance, count, before[r.account][count])
			}
		case 404:
			v.Looked++
			if r.min > 0 && len(stream) > 0 && stream[0].position <= r.min {
				v.violated("account %s is opened at %d, and was not found as of %d", r.account, stream[0].position, r.min)
			}
		}
	}
}

// showsLines compares the first page of a statement with an account's events.
func showsLines(v *verdict, r reading, stream []event) {
	var lines int
	var texts strings.Builder
	var last event
	var balance int64
	for _, recorded := range stream {
		if recorded.delta() != 0 && lines < perPage {
			lines, last, balance = lines+1, recorded, balance+recorded.delta()
			texts.WriteString(textOf(recorded.kind, recorded.key))
		}
	}
	if r.at < r.min || len(stream) == 0 || r.lines != lines || r.version != last.version || r.balance != balance || r.text != digestOf(texts.String()) {
		v.violated("the statement of account %s as of %d (at least %d): %d lines, the last of version %d, balance %d; the log says %d, %d, %d, and what the texts are",
			r.account, r.at, r.min, r.lines, r.version, r.balance, lines, last.version, balance)
	}
}

// ownerOf returns the digest of an account's owner.
func ownerOf(stream []event) digest {
	if len(stream) == 0 {
		return digest{}
	}
	return digestOf(textOf(opened, stream[0].key))
}
