//go:build linux

package logchecks

import (
	"fmt"
	"strings"

	"example.com/pgcqrs/tools/lab/campaign/answers"
	"example.com/pgcqrs/tools/lab/campaign/evidence"
	"example.com/pgcqrs/tools/lab/campaign/history"
	"example.com/pgcqrs/tools/lab/campaign/sample"
)

// Moves checks the commands that move a balance from one account to another. The log must have all
// events of a move, at adjacent positions, or none of them. At the end, all balances together must
// be the sum of the clients' deposits and withdrawals, because a move neither makes nor loses money.
func Moves(e *evidence.Evidence, v *evidence.Verdict) {
	for key, calls := range e.ByKey {
		c, caused := calls[0].Command, e.Caused[key]
		if c.Kind != answers.Moved || len(caused) == 0 {
			continue
		}
		if v.Looked++; !isWhole(c, caused) {
			v.Violated("the move %s from account %s to %s has left %s", key, c.Account, c.Target, described(caused))
		}
	}
	var paid, held int64
	for _, recorded := range e.History.Log {
		if calls := e.ByKey[recorded.Key]; len(calls) > 0 && calls[0].Command.Kind != answers.Moved {
			paid += recorded.Delta()
		}
	}
	for _, b := range e.History.Models.Balances {
		held += b.Amount
	}
	if paid != held {
		v.Violated("clients paid in %d more than they paid out, and all balances together are %d", paid, held)
	}
}

// isWhole reports whether events are all events of a move. If there was nothing to move, a move only
// closes its account.
func isWhole(c answers.Command, caused []history.Event) bool {
	if len(caused) == 1 {
		return isOf(c, caused[0]) && caused[0].Kind == sample.Closed
	}
	kinds := []string{sample.Withdrawn, sample.Closed, sample.Deposited}
	if len(caused) != len(kinds) || caused[0].Amount < 1 || caused[0].Amount != caused[2].Amount {
		return false
	}
	for n, kind := range kinds {
		if caused[n].Kind != kind || !isOf(c, caused[n]) || caused[n].Position != caused[0].Position+int64(n) {
			return false
		}
	}
	return true
}

// isOf reports whether a command may cause an event.
func isOf(c answers.Command, recorded history.Event) bool {
	if c.Kind != answers.Moved {
		return c.Account == recorded.Account && c.Kind == recorded.Kind && c.Amount == recorded.Amount
	}
	if recorded.Kind == sample.Deposited {
		return c.Target == recorded.Account
	}
	return c.Account == recorded.Account && (recorded.Kind == sample.Withdrawn || recorded.Kind == sample.Closed)
}

// times returns how often a command took effect, which caused the given events. A move may cause
// three events, each of another kind.
func times(c answers.Command, caused []history.Event) (most int) {
	if c.Kind != answers.Moved {
		return len(caused)
	}
	counts := make(map[string]int)
	for _, recorded := range caused {
		counts[recorded.Kind]++
		most = max(most, counts[recorded.Kind])
	}
	return most
}

// isAnswered reports whether the answer to a command is right. The answer names a version of the
// command's account, and got is the event of this version. The closing of a closed account succeeds
// without an event, and so does the erasure of an erased customer.
func isAnswered(c answers.Call, got history.Event, caused []history.Event) bool {
	kind := c.Command.Kind
	if kind != answers.Moved {
		again := (kind == sample.Closed || kind == sample.Erased) && got.Kind == kind
		return got.Position == c.At && got.Kind == kind && got.Amount == c.Command.Amount && (got.Key == c.Command.Key || again)
	}
	if len(caused) == 0 {
		return got.Kind == sample.Closed && c.At >= got.Position // the answer may name the position of the other account's last event
	}
	return got.Kind == sample.Closed && got.Key == c.Command.Key && c.At == caused[len(caused)-1].Position
}

// described returns the kinds and positions of events.
func described(caused []history.Event) string {
	var all []string
	for _, recorded := range caused {
		all = append(all, fmt.Sprintf("%s of %d of %s at %d", recorded.Kind, recorded.Amount, recorded.Account, recorded.Position))
	}
	return strings.Join(all, ", ")
}
