//go:build linux

package main

import (
	"fmt"
	"math"
	"runtime"
	"sync"
	"time"

	"github.com/anishathalye/porcupine"
	"github.com/google/uuid"
)

// decideFor bounds the search for an order of one account's answers.
const decideFor = time.Minute

// linearizable checks every account by itself, since commands are about one.
func linearizable(e *evidence, v *verdict) {
	histories := operations(e)
	var mu sync.Mutex
	var all sync.WaitGroup
	next := make(chan uuid.UUID)
	for range runtime.GOMAXPROCS(0) {
		all.Go(func() {
			for id := range next {
				result := porcupine.CheckOperationsTimeout(model, histories[id], decideFor)
				mu.Lock()
				v.Looked += len(histories[id])
				if result != porcupine.Ok {
					v.violated("%d answers about account %s: %s", len(histories[id]), id, result)
				}
				mu.Unlock()
			}
		})
	}
	for id := range histories {
		next <- id
	}
	close(next)
	all.Wait()
}

// operations are what porcupine is to find an order for, by account: every answer, from
// the request to it. A request that got no answer, and turns out to have taken effect,
// may have done so at any time after it was sent.
func operations(e *evidence) map[uuid.UUID][]porcupine.Operation {
	histories := make(map[uuid.UUID][]porcupine.Operation)
	add := func(c call, from, to time.Duration) {
		histories[c.account] = append(histories[c.account], porcupine.Operation{
			ClientId: len(histories[c.account]), Input: c.command, Output: c, Call: from.Nanoseconds(), Return: to.Nanoseconds(),
		})
	}
	for key, calls := range e.byKey {
		succeeded := false
		for _, c := range calls {
			switch {
			case c.succeeded() && !succeeded: // the later ones are repetitions
				add(c, sentFirst(calls), c.done)
				if succeeded = true; c.customer != uuid.Nil {
					add(c.referral(), sentFirst(calls), c.done)
				}
			case c.refused() && ofCustomer(c.code): // the account was not looked at
				add(c.referral(), c.sent, c.done)
			case c.refused() && !c.undecided():
				add(c, c.sent, c.done)
			}
		}
		if caused := e.caused[key]; !succeeded && len(caused) > 0 {
			c := calls[0]
			c.status, c.version, c.at = 200, caused[0].version, caused[0].position
			add(c, sentFirst(calls), math.MaxInt64)
		}
	}
	return histories
}

// referred is what an opening does to the customer whom the account is for: nothing, but it is refused unless they are there.
const referred = "customer.referred"

func ofCustomer(code string) bool { return code == "customer_erased" || code == "customer_not_found" }

// referral is what an opening asks of the customer. A refusal of a command to the customer itself is what it is.
func (c call) referral() call {
	if c.kind == opened {
		c.kind, c.account = referred, c.customer
	}
	return c
}

// state is an account, or a customer, as the model has it. Version 0: it is not opened, or registered.
type state struct {
	version, balance int64
	closed           bool // or erased
}

var model = porcupine.Model{
	Init: func() any { return state{} },
	Step: func(before, input, output any) (bool, any) {
		return before.(state).step(input.(command), output.(call)) //nolint:forcetypeassert,errcheck // operations made them
	},
	DescribeState: func(s any) string { return fmt.Sprintf("%+v", s) },
}

// step says whether an answer can be, and what the account is afterwards: the rules once
// more, independent of the service's code.
func (s state) step(c command, got call) (possible bool, after any) {
	held := c.ifMatch == 0 || c.ifMatch == s.version
	refusal, next := s.decide(c)
	switch {
	case got.succeeded() && refusal == "" && next == s: // quiet
		return held && (c.kind == referred || got.version == s.version), s
	case got.succeeded():
		return held && refusal == "" && got.version == next.version, next
	case got.status == 412:
		return !held && refusal == "", s
	}
	return refusal != "" && got.code == refusal, s
}

func (s state) decide(c command) (refusal string, next state) {
	if isPerson(c.kind) {
		return s.decideOfPerson(c)
	}
	next = s
	next.version++
	switch {
	case c.kind == opened && s.version == 0:
		return "", next
	case c.kind == opened && !s.closed:
		return "", s
	case s.version == 0:
		return "not_found", s
	case c.kind == closed && s.closed:
		return "", s
	case s.closed:
		return "account_closed", s
	case c.kind == closed && s.balance != 0:
		return "balance_not_zero", s
	case c.kind == withdrawn && c.amount > s.balance:
		return "insufficient_funds", s
	}
	switch c.kind {
	case closed:
		next.closed = true
	case deposited:
		next.balance += c.amount
	case withdrawn:
		next.balance -= c.amount
	}
	return "", next
}

// decideOfPerson is decide for a customer.
func (s state) decideOfPerson(c command) (refusal string, next state) {
	next = s
	next.version++
	switch {
	case c.kind == registered && s.version == 0:
		return "", next
	case c.kind == registered:
		return "customer_exists", s
	case s.version == 0 && c.kind == referred:
		return "customer_not_found", s
	case s.version == 0:
		return "not_found", s
	case c.kind == erased:
		if s.closed {
			return "", s
		}
		next.closed = true
		return "", next
	case s.closed:
		return "customer_erased", s
	case c.kind == referred:
		return "", s
	}
	return "", next
}
