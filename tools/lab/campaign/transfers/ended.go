//go:build linux

package transfers

import (
	"fmt"

	"example.com/pgcqrs/tools/lab/campaign/evidence"
	"example.com/pgcqrs/tools/lab/campaign/history"
	"example.com/pgcqrs/tools/lab/campaign/sample"
)

// Ended checks the steps of each transfer. Each step must have happened at most once, after the
// steps that must come before it, and with the amount and the accounts of the request. At the end
// of a run, each transfer must be completed, refunded or refused. The workflow must have given up
// nothing.
func Ended(e *evidence.Evidence, v *evidence.Verdict) {
	for id, events := range e.Transfers {
		v.Looked++
		if why := follow(events); why != "" {
			v.Violated("transfer %s %s", id, why)
		}
	}
	if given := e.History.Models.GivenUp; given > 0 {
		v.Violated("the workflow has not done, or has given up, %d jobs or instances", given)
	}
}

// follow checks the events of one transfer in order, and returns what is wrong, or "".
func follow(events []history.Event) (why string) {
	c := course{steps: make(map[string]bool)}
	for _, recorded := range events {
		if why := c.take(recorded); why != "" {
			return fmt.Sprintf("has %s at position %d: %s", recorded.Kind, recorded.Position, why)
		}
	}
	if last := events[len(events)-1]; !c.isOver() {
		return fmt.Sprintf("is stuck: its last event is %s at position %d", last.Kind, last.Position)
	}
	return ""
}

// course contains the steps of a transfer that were done so far.
type course struct {
	request history.Event
	steps   map[string]bool // steps that were done
	late    bool            // the transfer had expired when it was debited
}

// These constants are the names of the steps that change an account's balance. Every other step has
// the stored name of its event.
const (
	paid     = "paid"     // the account From has paid
	received = "received" // the account To has the money
	returned = "returned" // the account From has got the money back
)

// stepOf returns the name of the step that an event has recorded.
func stepOf(recorded history.Event) string {
	switch {
	case recorded.Kind == sample.Withdrawn:
		return paid
	case recorded.Kind == sample.Deposited && recorded.Refund:
		return returned
	case recorded.Kind == sample.Deposited:
		return received
	}
	return recorded.Kind
}

// take adds an event to the course. If the event is not possible after the steps before it, take
// returns the reason.
func (c *course) take(recorded history.Event) (why string) {
	step := stepOf(recorded)
	if step == sample.Requested {
		c.request = recorded
	}
	switch {
	case c.steps[step]:
		return "this was done before"
	case step != sample.Requested && !c.steps[sample.Requested]:
		return "there was no request before"
	case c.steps[sample.Completed] || c.steps[sample.Refunded] || c.steps[sample.Refused]:
		return "the transfer had ended"
	case recorded.Workflow == (step == sample.Requested):
		return "somebody else has done this"
	case !c.mayFollow(step):
		return fmt.Sprintf("after %v (debited late: %v)", c.steps, c.late)
	}
	if sample.IsAccount(recorded.Kind) {
		account := c.request.From
		if step == received {
			account = c.request.To
		}
		if recorded.Account != account || recorded.Amount != c.request.Amount {
			return fmt.Sprintf("it moves %d of account %s, and %d of account %s were asked for", recorded.Amount, recorded.Account, c.request.Amount, account)
		}
	}
	if step == sample.Debited {
		c.late = c.steps[sample.Expired]
	}
	c.steps[step] = true
	return ""
}

// mayFollow reports whether a step is possible after the steps before it.
func (c *course) mayFollow(step string) bool {
	switch step {
	case sample.Requested:
		return true
	case paid:
		return true // also after the transfer has expired: then the money goes back
	case sample.Debited:
		return c.steps[paid]
	case received:
		return c.steps[sample.Debited] && !c.late && !c.steps[sample.NotAccepted]
	case sample.Completed:
		return c.steps[received]
	case sample.NotAccepted:
		return c.steps[sample.Debited] && !c.late && !c.steps[received]
	case returned:
		return c.steps[sample.NotAccepted] || c.steps[sample.Debited] && c.late
	case sample.Refunded:
		return c.steps[returned]
	case sample.Refused, sample.Expired:
		return !c.steps[sample.Debited] && !(step == sample.Refused && c.steps[paid])
	}
	return false
}

// isOver reports whether a transfer has ended.
func (c *course) isOver() bool {
	return c.steps[sample.Completed] || c.steps[sample.Refunded] || c.steps[sample.Refused]
}
