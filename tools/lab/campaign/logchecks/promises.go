//go:build linux

package logchecks

import (
	"slices"

	"github.com/google/uuid"

	"example.com/pgcqrs/tools/lab/campaign/answers"
	"example.com/pgcqrs/tools/lab/campaign/evidence"
	"example.com/pgcqrs/tools/lab/campaign/history"
	"example.com/pgcqrs/tools/lab/campaign/promotion"
	"example.com/pgcqrs/tools/lab/campaign/sample"
)

func Messages(e *evidence.Evidence, v *evidence.Verdict) {
	position, seen := make(map[uuid.UUID]history.Event, len(e.History.Log)), make(map[uuid.UUID]bool, len(e.History.Log))
	for _, recorded := range e.History.Log {
		position[recorded.Id] = recorded
	}
	last := make(map[uuid.UUID]int64)
	for _, m := range e.History.Published {
		v.Looked++
		recorded, known := position[m.Id]
		switch {
		case !known || recorded.Account != m.Account:
			v.Violated("message %s has no event of account %s", m.Id, m.Account)
		case seen[m.Id]: // a repeated message: delivery is at least once
		case recorded.Version != last[m.Account]+1:
			v.Violated("account %s: the message of version %d follows that of %d", m.Account, recorded.Version, last[m.Account])
			fallthrough
		default:
			seen[m.Id], last[m.Account] = true, recorded.Version
		}
	}
	if missing := len(e.History.Log) - len(seen); missing != 0 {
		v.Violated("%d messages are missing", missing)
	}
}

// Epochs checks the number of epochs in the answers. An epoch is the name of one history of the
// log, and the log gets another epoch whenever it loses events. So the number of epochs must be the
// number of losses plus 1.
func Epochs(e *evidence.Evidence, v *evidence.Verdict) {
	for _, s := range e.History.Spans {
		if promotion.Loses(s.Kind) {
			v.Looked++
		}
	}
	if e.History.Epochs != v.Looked+1 {
		v.Violated("history was lost %d times, and there were %d epochs", v.Looked, e.History.Epochs)
	}
}

// Unavailable checks each command for which two things are true. The client gave up the command
// after an answer with status 503, and every answer to the command says that nothing was done. The
// log must contain no event of such a command, and the service must not have stored the command's
// idempotency key. If the command was to open an account, there must be no message about the
// account and no row with its balance.
func Unavailable(e *evidence.Evidence, v *evidence.Verdict) {
	wrote := make(map[uuid.UUID]bool)
	for _, m := range e.History.Published {
		wrote[m.Account] = true
	}
	for key, calls := range e.ByKey {
		last := calls[len(calls)-1]
		if !last.Undone() || !answers.AllHarmless(calls) {
			continue
		}
		v.Looked++
		if n := len(e.Caused[key]); n > 0 {
			v.Violated("nothing was done, says %s, and %s %s is at position %d", last.Code, last.Command.Kind, key, e.Caused[key][0].Position)
		}
		if e.History.Keys[key] {
			v.Violated("nothing was done, says %s, and the key of %s %s is remembered", last.Code, last.Command.Kind, key)
		}
		_, balance := e.History.Models.Balances[last.Command.Account]
		if last.Command.Kind == sample.Opened && (wrote[last.Command.Account] || balance) {
			v.Violated("nothing was done, says %s, and account %s has a message or a balance", last.Code, last.Command.Account)
		}
	}
}

// KeysKept checks that the service stores the idempotency key of each command that took effect, and
// stores no key of a refused command.
func KeysKept(e *evidence.Evidence, v *evidence.Verdict) {
	for key, calls := range e.ByKey {
		last := calls[len(calls)-1]
		switch {
		case last.Command.Kind == sample.Erased: // an erasure has no idempotency key
		case slices.ContainsFunc(calls, answers.Call.Succeeded):
			v.Looked++
			if !e.History.Keys[key] {
				v.Violated("%s %s took effect, and its key is not remembered", last.Command.Kind, key)
			}
		case last.Refused() && answers.AllHarmless(calls):
			v.Looked++
			if e.History.Keys[key] {
				v.Violated("%s %s was refused, %s, and its key is remembered", last.Command.Kind, key, last.Code)
			}
		}
	}
}
