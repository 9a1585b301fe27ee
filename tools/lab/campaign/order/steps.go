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

// step is one change of an account by the workflow of transfers, or one such change that the
// account refused. The step happened between the times from and to.
type step struct {
	call     answers.Call
	from, to time.Duration
}

// stepsOf returns the steps of a transfer. A step happened after a client sent the request for the
// transfer, and before the observer that follows the log read the event of the step.
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
