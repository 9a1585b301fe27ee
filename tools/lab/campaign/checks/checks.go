//go:build linux

package checks

import (
	"slices"

	"example.com/pgcqrs/tools/lab/campaign/customers"
	"example.com/pgcqrs/tools/lab/campaign/evidence"
	"example.com/pgcqrs/tools/lab/campaign/history"
	"example.com/pgcqrs/tools/lab/campaign/logchecks"
	"example.com/pgcqrs/tools/lab/campaign/options"
	"example.com/pgcqrs/tools/lab/campaign/order"
	"example.com/pgcqrs/tools/lab/campaign/readmodels"
	"example.com/pgcqrs/tools/lab/campaign/seats"
	"example.com/pgcqrs/tools/lab/campaign/tokens"
	"example.com/pgcqrs/tools/lab/campaign/transfers"
)

// checks lists the guarantees of the service, each with its check. No check uses the engine's code.
var checks = []struct {
	name, guarantee string
	look            func(*evidence.Evidence, *evidence.Verdict)
	when            options.Occasion // the occasions to which the check applies
}{
	{"acknowledged", "1, 4: an acknowledged command's event is in the log, once, where the answer said", logchecks.Acknowledged, options.Always},
	{"refused", "1, 4: a refused command left nothing behind", logchecks.Refused, options.Always},
	{"unavailable", "1, 4: a command that was answered 503 unavailable, which says that nothing was done, left nothing behind", logchecks.Unavailable, options.Always},
	{"keys", "4: the key of each command that took effect is remembered, and of no refused one", logchecks.KeysKept, options.Always},
	{"commanded", "1, 11: no event without a command, of a client or of a workflow that reacts to the request of a client", logchecks.Commanded, options.Always},
	{"positions", "2: positions are 1, 2, 3 …, and a reader of the tail saw each of them, once, in order", logchecks.Positions, options.Always},
	{"recorded", "2: the time of recording is the server clock's, at most a minute ahead, and falls only with the clock", logchecks.Recorded, options.Always},
	{"real time", "2: what was answered before another command was sent has the lower position", logchecks.RealTime, options.Steady | options.Promoted},
	{"versions", "3: a stream's versions are 1, 2, 3 …", logchecks.Versions, options.Always},
	{"rules", "3: no decision on an old state: no balance below 0, nothing after the closing", logchecks.Rules, options.Always},
	{"moves", "12: a move of a balance is in the log with all its events, side by side, or not at all; no money is made or lost", logchecks.Moves, options.Always},
	{"money", "11: at every position of the log, all balances and the money in flight are what clients have paid in less what they have paid out, in each currency; no account is overdrawn", transfers.Money, options.Always},
	{"ended", "11: each transfer took each of its steps once, in order, and has ended: completed, refunded, refused or expired", transfers.Ended, options.Always},
	{"timers", "11: no timer fired early by the database's clock, and none later than its bound", transfers.Timers, options.Steady},
	{"one transfer", "4: an idempotency key has made one transfer, which each answer names", transfers.KeysMadeOne, options.Always},
	{"transfer rows", "5: the read model of transfers is the fold of the log, row for row", transfers.RowsAreFolds, options.Always},
	{"transfers", "5, 6: what is read of a transfer is the fold at its Event-Position, and only the subject that has requested it sees it", transfers.AnswersAreFolds, options.Steady},
	{"transfers' end", "5: at the end each transfer is read as the log says", transfers.AtTheEnd, options.Always},
	{"linearizable", "3, 11, 12: the answers about accounts that moves connect, refusals and the steps of transfers included, have an order in which they are all true", order.Linearizable, options.Steady | options.Promoted},
	{"sums", "5: at every read the balances add up to what was paid in less what was paid out", readmodels.Sums, options.Steady},
	{"read models", "5: each read model is the fold of the log, row for row; nothing is parked", readmodels.ReadModelsAreFolds, options.Always},
	{"listed", "5: the whole list, page by page, has each account once, and no other", readmodels.ListedOnce, options.Always},
	{"reconciled", "5: the service's own reconciling of each projection reaches the log's end and finds no difference", readmodels.ReconciledToTheEnd, options.Always},
	{"reads", "5, 6: a query, a row of a list, a statement shows the fold at its Event-Position, which is not before Min-Position", readmodels.ReadsAreFolds, options.Steady},
	{"parked", "6: who asks for what a parked stream lacks is told so in time, and never gets the state of before", parkedReads, options.Steady},
	{"whole", "1, 5, 7: each event's text, however long, is whole in the log, in every read model and in its message", readmodels.Whole, options.Always},
	{"copies", "5: however many projections one process runs, each has taken in the whole log", readmodels.CopiesAreComplete, options.Always},
	{"snapshots", "3: commands on long streams were decided from snapshots, which were taken meanwhile", snapshotsCount, options.Always},
	{"messages", "7: every event's message is with the broker, in order per stream, and no other", logchecks.Messages, options.Always},
	{"chained", "9: the service's own chain leads to the log's end, and nothing differs from it", readmodels.ChainHolds, options.Always},
	{"readiness", "8: an API that is asked while somebody else holds the append lock is not ready", readiness, options.Steady},
	{"slowest", "8: a command of a process that was not hit is answered in less than -slowest while PostgreSQL and its required standby answer", slowestInTime, options.Steady},
	{"people", "what is read of a customer, by id, look-up or export, is the fold at its Event-Position, and of an erased one never more", customers.PeopleAreFolds, options.Steady},
	{"customers", "at the end each customer who lives has the last contact and is found by it alone; each erased one has no key, shows nothing and is found by nobody", customers.PeopleAtTheEnd, options.Always},
	{"unique", "at no position of the log two living customers of a subject have one address", customers.AddressesAreUnique, options.Always},
	{"taken", "an address was refused only if another customer of the subject had it at a moment of the request", customers.AddressesWereTaken, options.Steady | options.Promoted},
	{"nowhere", "no person's text is anywhere on a disk, in a table, a log or the broker, of living persons neither", nowhere, options.Always},
	{"logs", "each line of the log of each API process and each projector is one that docs/logs.md describes", logLines, options.Always},
	{"followed", "10: each subscriber got exactly the matching events, once, in order, up to the log's end", followed, options.Always},
	{"followed rows", "10: no subscriber of a row was shown an older one; each was the fold, and the last is the table's", rowsFollowed, options.Steady | options.Lossy},
	{"courses", "12: no course has more students than places, and no student is in too many courses", seats.Courses, options.Always},
	{"attempts", "12: each subscription that was answered is in the log of the courses, once, and each refused one is not", seats.Attempts, options.Steady | options.Promoted},
	{"tokens", "a token of the issuer's is taken, also while the issuer is away and its key is known, and no other", tokens.Check, options.Steady},
	{"epochs", "1: each time that history is lost, the log has another epoch from then on", logchecks.Epochs, options.Lossy},
}

// rare lists the checks that may find nothing to check in a short run, or in a run with few kinds
// of faults. Every check that is not in this list fails if it finds nothing to check.
var rare = []string{"unavailable", "readiness", "slowest", "parked", "snapshots", "people", "moves", "taken", "timers"}

// Check runs the checks on the history of a run.
func Check(h *history.History, was options.Occasion) (verdicts []evidence.Verdict) {
	e := evidence.New(h)
	for _, c := range checks {
		if c.when&was == 0 {
			continue
		}
		v := evidence.Verdict{Name: c.name, Guarantee: c.guarantee}
		c.look(e, &v)
		if v.Looked == 0 && !(h.Some && slices.Contains(rare, c.name)) {
			v.Violated("there was nothing to look at")
		}
		verdicts = append(verdicts, v)
	}
	return verdicts
}
