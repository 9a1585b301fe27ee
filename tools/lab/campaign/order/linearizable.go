//go:build linux

package order

import (
	"fmt"
	"math"
	"runtime"
	"sync"
	"time"

	"github.com/anishathalye/porcupine"
	"github.com/google/uuid"

	"example.com/pgcqrs/tools/lab/campaign/answers"
	"example.com/pgcqrs/tools/lab/campaign/evidence"
	"example.com/pgcqrs/tools/lab/campaign/sample"
)

// decideFor bounds the time of the search for an order of the answers about one account.
const decideFor = time.Minute

// Linearizable searches for an order of the answers about each account, and of the answers about
// each customer. Separate searches suffice, because each command is about one account or one
// customer.
func Linearizable(e *evidence.Evidence, v *evidence.Verdict) {
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
					v.Violated("%d answers about account %s: %s", len(histories[id]), id, result)
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

// operations returns, for each account, the operations for which the library porcupine must find an
// order. A call with an answer is an operation that lasts from its request to its answer. If a
// command took effect without an answer, the command may have taken effect at any time after its
// request.
func operations(e *evidence.Evidence) map[uuid.UUID][]porcupine.Operation {
	histories := make(map[uuid.UUID][]porcupine.Operation)
	add := func(c answers.Call, from, to time.Duration) {
		histories[c.Command.Account] = append(histories[c.Command.Account], porcupine.Operation{
			ClientId: len(histories[c.Command.Account]), Input: c.Command, Output: c, Call: from.Nanoseconds(), Return: to.Nanoseconds(),
		})
	}
	for key, calls := range e.ByKey {
		succeeded := false
		for _, c := range calls {
			switch {
			case c.Succeeded() && !succeeded: // later successes are repetitions
				add(c, answers.SentFirst(calls), c.Done)
				if succeeded = true; c.Command.Customer != uuid.Nil {
					add(c.Referral(), answers.SentFirst(calls), c.Done)
				}
			case c.Refused() && answers.OfCustomer(c.Code): // the service refused because of the customer, and did not read the account
				add(c.Referral(), c.Sent, c.Done)
			case c.Refused() && !c.Undecided():
				add(c, c.Sent, c.Done)
			}
		}
		if caused := e.Caused[key]; !succeeded && len(caused) > 0 {
			c := calls[0]
			c.Status, c.Version, c.At = 200, caused[0].Version, caused[0].Position
			add(c, answers.SentFirst(calls), math.MaxInt64)
		}
	}
	return histories
}

// state is the state of an account or a customer in the model. If the version is 0, the account is
// not yet opened, or the customer is not yet registered.
type state struct {
	version, balance int64
	closed           bool // for a customer: the customer is erased
}

var model = porcupine.Model{
	Init: func() any { return state{} },
	Step: func(before, input, output any) (bool, any) {
		return before.(state).step(input.(answers.Command), output.(answers.Call)) //nolint:forcetypeassert,errcheck // the function operations has set these types
	},
	DescribeState: func(s any) string { return fmt.Sprintf("%+v", s) },
}

// step reports whether an answer is possible in a state, and returns the state after the command.
// step implements the business rules independently of the service's code.
func (s state) step(c answers.Command, got answers.Call) (possible bool, after any) {
	held := c.IfMatch == 0 || c.IfMatch == s.version
	refusal, next := s.decide(c)
	switch {
	case got.Succeeded() && refusal == "" && next == s: // a success without an event
		return held && (c.Kind == answers.Referred || got.Version == s.version), s
	case got.Succeeded():
		return held && refusal == "" && got.Version == next.version, next
	case got.Status == 412:
		return !held && refusal == "", s
	}
	return refusal != "" && got.Code == refusal, s
}

func (s state) decide(c answers.Command) (refusal string, next state) {
	if sample.IsPerson(c.Kind) {
		return s.decideOfPerson(c)
	}
	next = s
	next.version++
	switch {
	case c.Kind == sample.Opened && s.version == 0:
		return "", next
	case c.Kind == sample.Opened && !s.closed:
		return "", s
	case s.version == 0:
		return "not_found", s
	case c.Kind == sample.Closed && s.closed:
		return "", s
	case s.closed:
		return "account_closed", s
	case c.Kind == sample.Closed && s.balance != 0:
		return "balance_not_zero", s
	case c.Kind == sample.Withdrawn && c.Amount > s.balance:
		return "insufficient_funds", s
	}
	switch c.Kind {
	case sample.Closed:
		next.closed = true
	case sample.Deposited:
		next.balance += c.Amount
	case sample.Withdrawn:
		next.balance -= c.Amount
	}
	return "", next
}

// decideOfPerson returns the model's decision on a command about a customer.
func (s state) decideOfPerson(c answers.Command) (refusal string, next state) {
	next = s
	next.version++
	switch {
	case c.Kind == sample.Registered && s.version == 0:
		return "", next
	case c.Kind == sample.Registered:
		return "customer_exists", s
	case s.version == 0 && c.Kind == answers.Referred:
		return "customer_not_found", s
	case s.version == 0:
		return "not_found", s
	case c.Kind == sample.Erased:
		if s.closed {
			return "", s
		}
		next.closed = true
		return "", next
	case s.closed:
		return "customer_erased", s
	case c.Kind == answers.Referred:
		return "", s
	}
	return "", next
}
