//go:build linux

package order

import (
	"math"
	"runtime"
	"sync"
	"time"

	"github.com/anishathalye/porcupine"
	"github.com/google/uuid"

	"example.com/pgcqrs/tools/lab/campaign/answers"
	"example.com/pgcqrs/tools/lab/campaign/evidence"
	"example.com/pgcqrs/tools/lab/campaign/history"
)

// decideFor is the longest time for which the check searches for an order of the answers about one
// group.
const decideFor = time.Minute

// Linearizable searches, for each group of accounts and for each customer, for an order of all
// answers about the group or the customer. The order also contains the steps of transfers, which a
// workflow executes. A group contains the accounts that moves connect: a move is about two
// accounts, and every other command is about one account or one customer. So separate searches
// suffice.
func Linearizable(e *evidence.Evidence, v *evidence.Verdict) {
	groups := groupsOf(e)
	histories := operations(e, groups)
	var mu sync.Mutex
	var all sync.WaitGroup
	next := make(chan uuid.UUID)
	for range runtime.GOMAXPROCS(0) {
		all.Go(func() {
			for id := range next {
				members := groups.members(id)
				found := porcupine.CheckOperationsTimeout(members.model(), histories[id], decideFor)
				mu.Lock()
				v.Looked += len(histories[id])
				if found != porcupine.Ok {
					v.Violated("%d answers about account %s, in a group of %d: %s", len(histories[id]), id, len(members), found)
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

// operations returns, for each group, the operations for which the library porcupine must find an
// order. A call with an answer is an operation that begins with the request and ends with the
// answer. A command that took effect without an answer is an operation without an end, because it
// may have taken effect at any time after its first request.
func operations(e *evidence.Evidence, groups groups) map[uuid.UUID][]porcupine.Operation {
	histories := make(map[uuid.UUID][]porcupine.Operation)
	add := func(c answers.Call, from, to time.Duration) {
		id := groups.of(c.Command.Account)
		histories[id] = append(histories[id], porcupine.Operation{
			ClientId: len(histories[id]), Output: result{call: c, target: paidTo(e, c.Command)}, Call: from.Nanoseconds(), Return: to.Nanoseconds(),
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
			c.Status, c.Version, c.At = 200, lastOf(caused, c.Command.Account).Version, caused[len(caused)-1].Position
			add(c, answers.SentFirst(calls), math.MaxInt64)
		}
	}
	for _, events := range e.Transfers {
		for _, s := range stepsOf(e, events) {
			id := groups.of(s.call.Command.Account)
			histories[id] = append(histories[id], porcupine.Operation{
				ClientId: len(histories[id]), Output: result{call: s.call, step: true}, Call: s.from.Nanoseconds(), Return: s.to.Nanoseconds(),
			})
		}
	}
	return histories
}

// paidTo returns the version that the target of a move has after the move, or 0 if the log has no
// event of this move in the target's stream.
func paidTo(e *evidence.Evidence, c answers.Command) int64 {
	if c.Kind != answers.Moved {
		return 0
	}
	return lastOf(e.Caused[c.Key], c.Target).Version
}

// lastOf returns the last of the given events that is in the stream of the given account. If there
// is no such event, all fields of the result are zero.
func lastOf(caused []history.Event, account uuid.UUID) (last history.Event) {
	for _, recorded := range caused {
		if recorded.Account == account {
			last = recorded
		}
	}
	return last
}
