//go:build linux

package order

import (
	"math"
	"time"

	"example.com/pgcqrs/tools/lab/campaign/answers"
	"example.com/pgcqrs/tools/lab/campaign/evidence"
	"example.com/pgcqrs/tools/lab/campaign/history"
	"example.com/pgcqrs/tools/lab/campaign/sample"
)

// step is what a workflow did to one account for a transfer, or what the account refused. It
// happened between the times from and to.
type step struct {
	call     answers.Call
	from, to time.Duration
}

// stepsOf returns the steps of a transfer. A step happened after a client had sent the request for
// the transfer, and before the observer of the log's tail read the event that has recorded the
// step.
func stepsOf(e *evidence.Evidence, events []history.Event) (all []step) {
	first := events[0]
	calls := e.ByKey[first.Key]
	if first.Kind != sample.Requested || len(calls) == 0 {
		return nil // other checks report this
	}
	for _, recorded := range events {
		s := step{from: answers.SentFirst(calls), to: math.MaxInt64}
		if at, ok := e.History.SeenAt(recorded.Position); ok {
			s.to = at
		}
		c := answers.Command{Account: recorded.Account, Kind: recorded.Kind, Amount: recorded.Amount}
		switch {
		case !recorded.Workflow:
			continue
		case recorded.Kind == sample.Withdrawn, recorded.Kind == sample.Deposited && !recorded.Refund:
			s.call = answers.Call{Command: c, Status: 200, Version: recorded.Version}
		case recorded.Kind == sample.Deposited:
			c.Kind = sample.Refunded
			s.call = answers.Call{Command: c, Status: 200, Version: recorded.Version}
		case recorded.Kind == sample.Refused:
			c = answers.Command{Account: first.From, Kind: sample.Withdrawn, Amount: first.Amount}
			s.call = answers.Call{Command: c, Status: 422, Code: recorded.Code}
		case recorded.Kind == sample.NotAccepted:
			c = answers.Command{Account: first.To, Kind: sample.Deposited, Amount: first.Amount, Target: first.From}
			s.call = answers.Call{Command: c, Status: 422, Code: notAccepted}
		default:
			continue
		}
		all = append(all, s)
	}
	return all
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
