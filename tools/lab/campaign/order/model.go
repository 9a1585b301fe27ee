//go:build linux

package order

import (
	"fmt"
	"slices"

	"github.com/anishathalye/porcupine"
	"github.com/google/uuid"

	"example.com/pgcqrs/tools/lab/campaign/answers"
	"example.com/pgcqrs/tools/lab/campaign/sample"
)

// state is the state of an account or a customer in the model. If the version is 0, the account is
// not yet opened, or the customer is not yet registered.
type state struct {
	version, balance int64
	closed           bool // for a customer: the customer is erased
}

// result is the answer to a command, or what the log says about a command without an answer.
type result struct {
	call   answers.Call
	target int64 // in a move: the version of the target after the move; 0: the log has no such version
	step   bool  // the call is no answer to a client, but a step of a transfer
}

// places maps the members of a group to their indexes in the model's state, which is a list. A
// group with a customer has no other member.
type places map[uuid.UUID]int

// model returns the model of a group: its state is a list of the states of all members.
func (p places) model() porcupine.Model {
	return porcupine.Model{
		Init: func() any { return make([]state, len(p)) },
		Step: func(before, _, output any) (bool, any) {
			return p.step(before.([]state), output.(result)) //nolint:forcetypeassert,errcheck // the function operations has set these types
		},
		Equal: func(one, other any) bool {
			return slices.Equal(one.([]state), other.([]state)) //nolint:forcetypeassert,errcheck // see above
		},
		DescribeState: func(s any) string { return fmt.Sprintf("%+v", s) },
	}
}

// step reports whether an answer is possible in a state, and returns the state after the command.
// step implements the business rules independently of the service's code.
func (p places) step(before []state, r result) (possible bool, after []state) {
	c, got, s := r.call.Command, r.call, before[p[r.call.Command.Account]]
	if r.step {
		possible, next := s.stepOf(got)
		if after = before; possible && next != s {
			after = slices.Clone(before)
			after[p[c.Account]] = next
		}
		return possible, after
	}
	held := c.IfMatch == 0 || c.IfMatch == s.version
	var target state
	if c.Kind == answers.Moved && !c.Unknown {
		target = before[p[c.Target]]
	}
	refusal, next, paid := s.decide(c, target)
	switch {
	case got.Succeeded() && refusal == "" && next == s: // a success without an event
		return held && (c.Kind == answers.Referred || c.Kind == sample.Requested || got.Version == s.version), before
	case got.Succeeded():
		after = slices.Clone(before)
		after[p[c.Account]] = next
		if paid != target {
			after[p[c.Target]] = paid
		}
		return held && refusal == "" && got.Version == next.version && (r.target == 0 || r.target == paid.version), after
	case got.Code == answers.TooMany:
		return c.Kind == sample.Requested, before
	case got.Status == 412:
		return !held && refusal == "", before
	case got.Code == answers.Taken: // package customers checks whether another customer had the address
		return (c.Kind == sample.Registered || c.Kind == sample.Changed) && refusal == "", before
	}
	return refusal != "" && got.Code == refusal, before
}

// decide returns the model's decision on a command about an account or a customer. It also returns
// the states of the account and of the target after the command. Only a move has a target.
func (s state) decide(c answers.Command, target state) (refusal string, next, paid state) {
	switch {
	case sample.IsPerson(c.Kind):
		refusal, next = s.decideOfPerson(c)
	case c.Kind == answers.Moved:
		return s.decideMove(c, target)
	case c.Kind == sample.Requested:
		return s.decideRequest(c), s, target
	default:
		refusal, next = s.decideOfAccount(c)
	}
	return refusal, next, target
}

// decideMove returns the model's decision on a move.
func (s state) decideMove(c answers.Command, target state) (refusal string, next, paid state) {
	next, paid = s, target
	switch {
	case c.Account == c.Target:
		return "same_account", s, target
	case s.version == 0:
		return "not_found", s, target
	case c.Unknown || target.version == 0:
		return "not_found", s, target
	case s.closed && s.balance == 0:
		return "", s, target
	case target.closed:
		return "target_closed", s, target
	case sample.CurrencyOf(c.Account) != sample.CurrencyOf(c.Target):
		return "other_currency", s, target
	case s.balance > 0:
		next.version, next.balance = next.version+1, 0
		paid.version, paid.balance = paid.version+1, paid.balance+s.balance
	}
	if !s.closed {
		next.version, next.closed = next.version+1, true
	}
	return "", next, paid
}

// decideRequest returns the code with which the model refuses a request for a transfer, or "". The
// request changes no account. The decision does not depend on the account that should get the
// money.
func (s state) decideRequest(c answers.Command) (refusal string) {
	switch {
	case s.version == 0 || c.Foreign:
		return "not_found"
	case c.Account == c.Target:
		return "same_account"
	case s.closed:
		return "account_closed"
	case c.Amount > s.balance:
		return "insufficient_funds"
	}
	return ""
}

// decideOfAccount returns the model's decision on a command about one account.
func (s state) decideOfAccount(c answers.Command) (refusal string, next state) {
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
	case s.closed && (c.Kind != sample.Withdrawn || s.balance == 0): // a client may withdraw a refund
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

// notAccepted stands for any reason for which an account did not take the money of a transfer.
const notAccepted = "not_accepted"

// stepOf reports whether a step is possible in the state of its account, and returns the state
// after the step.
func (s state) stepOf(c answers.Call) (possible bool, after state) {
	after = s
	after.version++
	what := c.Command
	short, done := what.Amount > s.balance, c.Succeeded() && c.Version == after.version
	other := c.Code == notAccepted && sample.CurrencyOf(what.Account) != sample.CurrencyOf(what.Target)
	switch what.Kind {
	case sample.Withdrawn:
		if !c.Succeeded() {
			return s.version > 0 && (s.closed && c.Code == "account_closed" || !s.closed && short && c.Code == "insufficient_funds"), s
		}
		after.balance -= what.Amount
		return done && s.version > 0 && !s.closed && !short, after
	case sample.Deposited:
		if !c.Succeeded() {
			return s.version == 0 || s.closed || other, s
		}
		after.balance += what.Amount
		return done && s.version > 0 && !s.closed, after
	case sample.Refunded: // also a closed account takes it
		after.balance += what.Amount
		return done && s.version > 0, after
	}
	return false, s
}
