//go:build linux

package logchecks

import (
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"

	"example.com/pgcqrs/tools/lab/campaign/answers"
	"example.com/pgcqrs/tools/lab/campaign/evidence"
	"example.com/pgcqrs/tools/lab/campaign/history"
	"example.com/pgcqrs/tools/lab/campaign/sample"
)

// Moves checks the commands that move a balance from one account to another. The log must have all
// events of a move, at adjacent positions, or none of them. A move neither makes nor loses money.
// So at the end, all balances and the money of open transfers must together be the clients'
// deposits less their withdrawals.
func Moves(e *evidence.Evidence, v *evidence.Verdict) {
	for key, calls := range e.ByKey {
		c, caused := calls[0].Command, e.Caused[key]
		if c.Kind != answers.Moved || len(caused) == 0 {
			continue
		}
		if v.Looked++; !isWhole(c, caused, e.Streams[c.Account]) {
			v.Violated("the move %s from account %s to %s has left %s", key, c.Account, c.Target, described(caused))
		}
	}
	var paid, held, flight int64
	for _, recorded := range e.History.Log {
		if calls := e.ByKey[recorded.Key]; !recorded.Workflow && len(calls) > 0 && calls[0].Command.Kind != answers.Moved {
			paid += recorded.Delta()
		}
	}
	for _, b := range e.History.Models.Balances {
		held += b.Amount
	}
	for _, t := range e.History.Models.Transfers {
		if t.Status == "debited" {
			flight += t.Amount
		}
	}
	if paid != held+flight {
		v.Violated("clients paid in %d more than they paid out, and all balances together are %d, beside %d in flight", paid, held, flight)
	}
}

// isWhole reports whether the given events are all events of a move. If the balance was 0, a move
// only closes its account. A closed account can get a refund; the move of this refund does not
// close the account again.
func isWhole(c answers.Command, caused, stream []history.Event) bool {
	if len(caused) == 1 {
		return isOf(c, caused[0]) && caused[0].Kind == sample.Closed
	}
	kinds := []string{sample.Withdrawn, sample.Closed, sample.Deposited}
	if wasClosed(stream, caused[0].Position) {
		kinds = []string{sample.Withdrawn, sample.Deposited}
	}
	if len(caused) != len(kinds) || caused[0].Amount < 1 || caused[0].Amount != caused[len(kinds)-1].Amount {
		return false
	}
	for n, kind := range kinds {
		if caused[n].Kind != kind || !isOf(c, caused[n]) || caused[n].Position != caused[0].Position+int64(n) {
			return false
		}
	}
	return true
}

// wasClosed reports whether an account was closed before a position.
func wasClosed(stream []history.Event, before int64) bool {
	return slices.ContainsFunc(stream, func(e history.Event) bool { return e.Kind == sample.Closed && e.Position < before })
}

// isOf reports whether the given command may have caused the given event.
func isOf(c answers.Command, recorded history.Event) bool {
	if recorded.Kind == sample.Requested {
		return c.Kind == recorded.Kind && c.Account == recorded.From && c.Target == recorded.To && c.Amount == recorded.Amount
	}
	if recorded.Transfer != uuid.Nil {
		return false // only a workflow causes the other events of transfers
	}
	if c.Kind != answers.Moved {
		return c.Account == recorded.Account && c.Kind == recorded.Kind && c.Amount == recorded.Amount
	}
	if recorded.Kind == sample.Deposited {
		return c.Target == recorded.Account
	}
	return c.Account == recorded.Account && (recorded.Kind == sample.Withdrawn || recorded.Kind == sample.Closed)
}

// times returns how often a command took effect. The argument caused contains all events of the
// command. A move that takes effect once causes up to three events, each of another kind.
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

// isAnswered reports whether the successful answer to a command is right. The argument stream
// contains the stream's events up to the version in the answer, and caused contains the events of
// the command. The closing of a closed account succeeds without an event, and so does the erasure
// of an erased customer.
func isAnswered(c answers.Call, stream, caused []history.Event) bool {
	kind, got := c.Command.Kind, stream[len(stream)-1]
	ended := slices.ContainsFunc(stream, func(e history.Event) bool { return e.Kind == sample.Closed || e.Kind == sample.Erased })
	switch {
	case kind != answers.Moved && got.Position != c.At:
		return false
	case (kind == sample.Closed || kind == sample.Erased) && len(caused) == 0:
		return ended
	case kind != answers.Moved:
		return got.Kind == kind && got.Amount == c.Command.Amount && got.Key == c.Command.Key
	case len(caused) == 0:
		return ended && c.At >= got.Position // the answer may name the position of the other account's last event
	}
	return (got.Kind == sample.Closed || got.Kind == sample.Withdrawn && wasClosed(stream, got.Position)) &&
		got.Key == c.Command.Key && c.At == caused[len(caused)-1].Position
}

// described returns the kinds and positions of events.
func described(caused []history.Event) string {
	var all []string
	for _, recorded := range caused {
		all = append(all, fmt.Sprintf("%s of %d of %s at %d", recorded.Kind, recorded.Amount, recorded.Account, recorded.Position))
	}
	return strings.Join(all, ", ")
}
