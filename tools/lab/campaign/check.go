//go:build linux

package main

import (
	"fmt"
	"maps"
	"slices"

	"github.com/google/uuid"
)

// verdict is what a check has found.
type verdict struct {
	Name       string   `json:"name"`
	Guarantee  string   `json:"guarantee"`
	Looked     int      `json:"looked_at"` // a check that looked at nothing proves nothing
	Count      int      `json:"violations"`
	Violations []string `json:"examples,omitempty"`
}

const examples = 5

func (v *verdict) violated(format string, args ...any) {
	v.Count++
	if len(v.Violations) < examples {
		v.Violations = append(v.Violations, fmt.Sprintf(format, args...))
	}
}

// evidence is the history, with indexes.
type evidence struct {
	*history
	byKey   map[uuid.UUID][]call  // of the same command, in the order of their sending
	caused  map[uuid.UUID][]event // by key
	streams map[uuid.UUID][]event // by account, in the order of the log
}

func newEvidence(h *history) *evidence {
	e := &evidence{h, make(map[uuid.UUID][]call), make(map[uuid.UUID][]event), make(map[uuid.UUID][]event)}
	for _, c := range h.calls {
		e.byKey[c.key] = append(e.byKey[c.key], c)
	}
	for _, recorded := range h.log {
		e.caused[recorded.key] = append(e.caused[recorded.key], recorded)
		e.streams[recorded.account] = append(e.streams[recorded.account], recorded)
	}
	return e
}

// occasion is what happened to the log in a run.
type occasion int

const (
	steady   occasion = 1 << iota // it only grew
	promoted                      // readers of a primary saw commits that had not waited for the standby, and were undone
	lossy                         // it went back
	always   = steady | promoted | lossy
)

// checks are the guarantees, each looked at by somebody who knows nothing of the engine.
var checks = []struct {
	name, guarantee string
	look            func(*evidence, *verdict)
	when            occasion // any of which it can be looked at
}{
	{"acknowledged", "1, 4: an acknowledged command's event is in the log, once, where the answer said", acknowledged, always},
	{"refused", "1, 4: a refused command left nothing behind", refused, always},
	{"unavailable", "1, 4: a command that was answered 503 unavailable, which says that nothing was done, left nothing behind", unavailable, always},
	{"keys", "4: the key of each command that took effect is remembered, and of no refused one", keysKept, always},
	{"commanded", "1: no event without a command", commanded, always},
	{"positions", "2: positions are 1, 2, 3 …, and a reader of the tail saw each of them, once, in order", positions, always},
	{"recorded", "2: the time of recording is the server clock's, at most a minute ahead, and falls only with the clock", recorded, always},
	{"real time", "2: what was answered before another command was sent has the lower position", realTime, steady | promoted},
	{"versions", "3: a stream's versions are 1, 2, 3 …", versions, always},
	{"rules", "3: no decision on an old state: no balance below 0, nothing after the closing", rules, always},
	{"linearizable", "3: each account's answers, refusals included, have an order in which they are all true", linearizable, steady | promoted},
	{"sums", "5: at every read the balances add up to what was paid in less what was paid out", sums, steady},
	{"read models", "5: each read model is the fold of the log, row for row; nothing is parked", readModelsAreFolds, always},
	{"listed", "5: the whole list, page by page, has each account once, and no other", listedOnce, always},
	{"reconciled", "5: the service's own reconciling of each projection reaches the log's end and finds no difference", reconciledToTheEnd, always},
	{"reads", "5, 6: a query, a row of a list, a statement shows the fold at its Event-Position, which is not before Min-Position", readsAreFolds, steady},
	{"parked", "6: who asks for what a parked stream lacks is told so in time, and never gets the state of before", parkedReads, steady},
	{"whole", "1, 5, 7: each event's text, however long, is whole in the log, in every read model and in its message", whole, always},
	{"copies", "5: however many projections one process runs, each has taken in the whole log", copiesAreComplete, always},
	{"snapshots", "3: commands on long streams were decided from snapshots, which were taken meanwhile", snapshotsCount, always},
	{"messages", "7: every event's message is with the broker, in order per stream, and no other", messages, always},
	{"chained", "9: the service's own chain leads to the log's end, and nothing differs from it", chainHolds, always},
	{"readiness", "8: an API that is asked while somebody else holds the append lock is not ready", readiness, steady},
	{"slowest", "8: a command of a process that was not hit is answered in less than -slowest while PostgreSQL and its required standby answer", slowestInTime, steady},
	{"people", "what is read of a customer, by id, look-up or export, is the fold at its Event-Position, and of an erased one never more", peopleAreFolds, steady},
	{"customers", "at the end each customer who lives has the last contact and is found by it alone; each erased one has no key, shows nothing and is found by nobody", peopleAtTheEnd, always},
	{"nowhere", "no person's text is anywhere on a disk, in a table, a log or the broker, of living persons neither", nowhere, always},
	{"tokens", "a token of the issuer's is taken, also while the issuer is away and its key is known, and no other", tokens, steady},
	{"epochs", "1: each time that history is lost, the log has another epoch from then on", epochs, lossy},
}

// rare are the checks that find nothing to look at in a run of a few kinds of faults, or a short one.
var rare = []string{"unavailable", "readiness", "slowest", "parked", "snapshots", "people"}

// check looks at a history.
func check(h *history, was occasion) (verdicts []verdict) {
	e := newEvidence(h)
	for _, c := range checks {
		if c.when&was == 0 {
			continue
		}
		v := verdict{Name: c.name, Guarantee: c.guarantee}
		c.look(e, &v)
		if v.Looked == 0 && !(h.some && slices.Contains(rare, c.name)) {
			v.violated("there was nothing to look at")
		}
		verdicts = append(verdicts, v)
	}
	return verdicts
}

func acknowledged(e *evidence, v *verdict) {
	for _, c := range e.calls {
		if !c.succeeded() {
			continue
		}
		v.Looked++
		stream := e.streams[c.account]
		if c.version < 1 || c.version > int64(len(stream)) {
			v.violated("%s %s was answered version %d, and the account has %d events", c.kind, c.key, c.version, len(stream))
			continue
		}
		got := stream[c.version-1]
		again := (c.kind == closed || c.kind == erased) && got.kind == c.kind // closing a closed account is quiet, and so is erasing again
		if got.position != c.at || got.kind != c.kind || got.amount != c.amount || got.key != c.key && !again {
			v.violated("%s %s of %d was answered version %d, position %d; there is %s %s of %d at %d", c.kind, c.key, c.amount, c.version, c.at, got.kind, got.key, got.amount, got.position)
		}
		if n := len(e.caused[c.key]); n > 1 {
			v.violated("%s %s took effect %d times", c.kind, c.key, n)
		}
	}
}

// refused: only a request that got no answer may still take effect, however late.
func refused(e *evidence, v *verdict) {
	for key, calls := range e.byKey {
		lost, succeeded := 0, false
		for _, c := range calls {
			succeeded = succeeded || c.succeeded()
			if c.status == 0 || c.code == "outcome_unknown" {
				lost++
			}
		}
		if succeeded {
			continue
		}
		v.Looked++
		if n := len(e.caused[key]); n > min(lost, 1) {
			last := calls[len(calls)-1]
			v.violated("%s %s was answered %d %s and took effect %d times", last.kind, key, last.status, last.code, n)
		}
	}
}

func commanded(e *evidence, v *verdict) {
	for _, recorded := range e.log {
		v.Looked++
		calls := e.byKey[recorded.key]
		if len(calls) == 0 {
			v.violated("nobody sent what is at position %d: %s %s", recorded.position, recorded.kind, recorded.key)
			continue
		}
		if c := calls[0]; c.account != recorded.account || c.kind != recorded.kind || c.amount != recorded.amount {
			v.violated("position %d has %s of %d, and %s of %d was sent", recorded.position, recorded.kind, recorded.amount, c.kind, c.amount)
		}
	}
}

func positions(e *evidence, v *verdict) {
	ids := make(map[uuid.UUID]bool, len(e.log))
	for i, recorded := range e.log {
		v.Looked++
		if recorded.position != int64(i)+1 {
			v.violated("position %d comes where %d is due", recorded.position, i+1)
			return
		}
		if ids[recorded.id] {
			v.violated("the event's id at position %d was there before", recorded.position)
		}
		ids[recorded.id] = true
	}
	for _, said := range e.tailSaid {
		v.violated("%s", said)
	}
	for i := range max(len(e.tail), len(e.log)) {
		if i >= len(e.tail) || i >= len(e.log) || e.tail[i] != e.log[i] {
			v.violated("the tail showed something else at position %d than the log has", i+1)
			return
		}
	}
}

func realTime(e *evidence, v *verdict) {
	type times struct{ sent, done int64 }
	at := make([]times, len(e.log)+1)
	for _, c := range e.calls {
		if !c.succeeded() || c.at < 1 || c.at > int64(len(e.log)) || e.log[c.at-1].key != c.key {
			continue
		}
		if t := at[c.at]; t.done == 0 {
			at[c.at] = times{sentFirst(e.byKey[c.key]).Nanoseconds(), c.done.Nanoseconds()}
			v.Looked++
		}
	}
	soonest := int64(1) << 62 // answer of what comes later in the log
	for position := len(e.log); position > 0; position-- {
		t := at[position]
		if t.done == 0 {
			continue
		}
		if soonest < t.sent {
			v.violated("what is at position %d was sent after an answer about a later position", position)
		}
		soonest = min(soonest, t.done)
	}
}

func versions(e *evidence, v *verdict) {
	for id, stream := range e.streams {
		v.Looked++
		for i, recorded := range stream {
			if recorded.version != int64(i)+1 {
				v.violated("account %s has version %d where %d is due", id, recorded.version, i+1)
				break
			}
		}
	}
}

func rules(e *evidence, v *verdict) {
	for id, stream := range e.streams {
		v.Looked++
		var sum int64
		for i, recorded := range stream {
			sum += recorded.delta()
			if isPerson(recorded.kind) {
				if (i == 0) != (recorded.kind == registered) || recorded.kind == erased && i < len(stream)-1 {
					v.violated("customer %s: %s at version %d of %d", id, recorded.kind, recorded.version, len(stream))
				}
				continue
			}
			last := i == len(stream)-1
			if sum < 0 || (i == 0) != (recorded.kind == opened) || recorded.kind == closed && (!last || sum != 0) {
				v.violated("account %s: %s at version %d leaves %d", id, recorded.kind, recorded.version, sum)
			}
		}
	}
}

func sums(e *evidence, v *verdict) {
	at := make([]int64, len(e.log)+1)
	for i, recorded := range e.log {
		at[i+1] = at[i] + recorded.delta()
	}
	for _, t := range e.totals {
		v.Looked++
		if t.at < 0 || t.at > int64(len(e.log)) || t.sum != at[t.at] {
			v.violated("at position %d the balances add up to %d", t.at, t.sum)
		}
	}
}

func messages(e *evidence, v *verdict) {
	position, seen := make(map[uuid.UUID]event, len(e.log)), make(map[uuid.UUID]bool, len(e.log))
	for _, recorded := range e.log {
		position[recorded.id] = recorded
	}
	last := make(map[uuid.UUID]int64)
	for _, m := range e.published {
		v.Looked++
		recorded, known := position[m.id]
		switch {
		case !known || recorded.account != m.account:
			v.violated("message %s has no event of account %s", m.id, m.account)
		case seen[m.id]: // again: at least once is the promise
		case recorded.version != last[m.account]+1:
			v.violated("account %s: the message of version %d follows that of %d", m.account, recorded.version, last[m.account])
			fallthrough
		default:
			seen[m.id], last[m.account] = true, recorded.version
		}
	}
	if missing := len(e.log) - len(seen); missing != 0 {
		v.violated("%d messages are missing", missing)
	}
}

// accountsOf are all accounts, for checks whose order does not matter.
func accountsOf(e *evidence) []uuid.UUID { return slices.Collect(maps.Keys(e.streams)) }
