//go:build linux

package checks

import (
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/tools/lab/campaign/answers"
	"example.com/pgcqrs/tools/lab/campaign/history"
	"example.com/pgcqrs/tools/lab/campaign/options"
	"example.com/pgcqrs/tools/lab/campaign/sample"
)

// callOf returns the call that created the transfer whose id has the given last byte.
func callOf(h *history.History, last byte) *answers.Call {
	return &h.Calls[slices.IndexFunc(h.Calls, func(c answers.Call) bool { return c.Status == 202 && c.Made[15] == last })]
}

// requestWith returns a refused request for a transfer. The refusal has the given code.
func requestWith(h *history.History, code string) *answers.Call {
	return &h.Calls[slices.IndexFunc(h.Calls, func(c answers.Call) bool { return c.Command.Kind == sample.Requested && c.Code == code })]
}

// adds adds a copy of an event of a transfer to the end of the log, as the next event of its
// stream.
func adds(h *history.History, last byte, kind string, change func(e *history.Event)) {
	e := *stepOf(h, last, kind)
	change(&e)
	e.Position, e.Id, e.Version = int64(len(h.Log))+1, uuid.New(), 1
	for _, before := range h.Log {
		if before.Account == e.Account {
			e.Version++
		}
	}
	h.Log = append(h.Log, e)
}

func none(*history.Event) {}

// readOf returns an answer to a query about a transfer: from the end of the run if atTheEnd is
// true, and otherwise from an earlier time.
func readOf(h *history.History, last byte, atTheEnd bool) *answers.TransferRead {
	return &h.Transfers[slices.IndexFunc(h.Transfers, func(r answers.TransferRead) bool { return r.Transfer[15] == last && r.Last == atTheEnd })]
}

// The checks must find each of these violations: money that was made or lost, and transfers that
// repeated a step, left out a step or did not end.
func TestDoctoredTransfersAreFound(t *testing.T) {
	t.Parallel()
	for name, doctored := range map[string]struct {
		check string
		harm  func(h *history.History)
	}{
		"a transfer has paid in more than it took": {"money", func(h *history.History) { stepOf(h, isCompleted, sample.Deposited).Amount++ }},
		"a transfer has taken more than was asked": {"money", func(h *history.History) { stepOf(h, isCompleted, sample.Withdrawn).Amount++ }},
		"a transfer has paid in twice":             {"money", func(h *history.History) { adds(h, isCompleted, sample.Deposited, none) }},
		"a transfer was paid in and refunded": {"money", func(h *history.History) {
			adds(h, isNotAccepted, sample.Deposited, func(e *history.Event) { e.Refund = false })
		}},
		"a transfer has paid in, and taken nothing": {"money", func(h *history.History) { drop(h, stepIn(h, isCompleted, sample.Withdrawn)) }},
		"a transfer has paid in another currency":   {"money", func(h *history.History) { stepOf(h, isCompleted, sample.Deposited).Account[15] = 8 }},
		"a transfer has overdrawn an account":       {"money", func(h *history.History) { h.Log[stepIn(h, isRefused, sample.Refused)-1].Amount += 100 }},
		"money is in flight that nobody has paid in": {"moves", func(h *history.History) {
			touch(h.Models.Transfers, func(r *history.Transfer) { r.Status = "debited" })
		}},
		"a transfer was debited twice":      {"ended", func(h *history.History) { adds(h, isClosed, sample.Withdrawn, none) }},
		"a transfer was completed twice":    {"ended", func(h *history.History) { adds(h, isCompleted, sample.Completed, none) }},
		"a transfer was refunded twice":     {"ended", func(h *history.History) { adds(h, isLate, sample.Deposited, none) }},
		"a completed transfer was refunded": {"ended", func(h *history.History) { adds(h, isCompleted, sample.Withdrawn, refundIt) }},
		"a refused transfer was debited": {"ended", func(h *history.History) {
			adds(h, isRefused, sample.Refused, func(e *history.Event) { e.Kind = sample.Debited })
		}},
		"a transfer is stuck after its request":      {"ended", func(h *history.History) { h.Log = h.Log[:stepIn(h, isClosed, sample.Withdrawn)] }},
		"a transfer is stuck after its debit":        {"ended", func(h *history.History) { h.Log = h.Log[:stepIn(h, isClosed, sample.NotAccepted)] }},
		"a refund was not recorded":                  {"ended", func(h *history.History) { drop(h, stepIn(h, isLate, sample.Refunded)) }},
		"an expired transfer was never refused":      {"ended", func(h *history.History) { drop(h, stepIn(h, isExpired, sample.Refused)) }},
		"an expired transfer has kept the money":     {"ended", func(h *history.History) { adds(h, isExpired, sample.Expired, payIt) }},
		"a late debit was paid in":                   {"ended", func(h *history.History) { stepOf(h, isLate, sample.Deposited).Refund = false }},
		"a debit was noted that nobody has paid":     {"ended", func(h *history.History) { drop(h, stepIn(h, isNotAccepted, sample.Withdrawn)) }},
		"another account has paid":                   {"ended", func(h *history.History) { stepOf(h, isLate, sample.Withdrawn).Account[15]++ }},
		"a client has completed a transfer":          {"ended", func(h *history.History) { stepOf(h, isCompleted, sample.Completed).Workflow = false }},
		"the workflow has given up a job":            {"ended", func(h *history.History) { h.Models.GivenUp = 1 }},
		"a workflow has closed an account":           {"commanded", func(h *history.History) { h.Log[stepIn(h, isClosed, sample.NotAccepted)-1].Workflow = true }},
		"a workflow has paid in for no transfer":     {"commanded", func(h *history.History) { stepOf(h, isCompleted, sample.Deposited).Transfer = uuid.Nil }},
		"a workflow has lost the correlation id":     {"commanded", func(h *history.History) { stepOf(h, isCompleted, sample.Debited).Key = uuid.New() }},
		"a client has paid in for a transfer":        {"commanded", func(h *history.History) { stepOf(h, isCompleted, sample.Deposited).Workflow = false }},
		"a transfer to another account was recorded": {"commanded", func(h *history.History) { stepOf(h, isCompleted, sample.Requested).To = uuid.New() }},
		"a request was answered another version":     {"acknowledged", func(h *history.History) { callOf(h, isCompleted).Version = 2 }},
		"a request was answered another transfer":    {"one transfer", func(h *history.History) { callOf(h, isCompleted).Made = callOf(h, isLate).Made }},
		"a key has made two transfers": {"one transfer", func(h *history.History) {
			adds(h, isCompleted, sample.Requested, func(e *history.Event) { e.Account = uuid.New(); e.Transfer = e.Account })
		}},
		"a refused request was recorded": {"refused", func(h *history.History) {
			callOf(h, isExpired).Status, callOf(h, isExpired).Code = 422, answers.TooMany
		}},
		"a closed account has paid": {"rules", func(h *history.History) { adds(h, isClosed, sample.Withdrawn, none) }},
		"a closed account was paid": {"rules", func(h *history.History) { stepOf(h, isClosed, sample.Deposited).Refund = false }},
	} {
		finds(t, name, doctored.check, doctored.harm)
	}
}

func refundIt(e *history.Event) { e.Kind, e.Refund = sample.Deposited, true }

func payIt(e *history.Event) { e.Kind, e.Amount = sample.Withdrawn, 95 }

// The checks must find timers that fire at a wrong time, wrong answers about transfers, and wrong
// rows in the table of transfers.
func TestDoctoredTimersAndAnswersAboutTransfersAreFound(t *testing.T) {
	t.Parallel()
	for name, doctored := range map[string]struct {
		check string
		harm  func(h *history.History)
	}{
		"a timer has fired early": {"timers", func(h *history.History) {
			stepOf(h, isExpired, sample.Expired).Recorded = stepOf(h, isExpired, sample.Requested).Recorded + 4999
		}},
		"a timer has fired late":                  {"timers", func(h *history.History) { stepOf(h, isExpired, sample.Expired).Recorded += calm.Microseconds() }},
		"a timer has fired late between faults":   {"timers", func(h *history.History) { fireLate(h, "freeze-projector", 31*time.Second) }},
		"a timer has fired late after a crash":    {"timers", func(h *history.History) { fireLate(h, "crash-postgres", 40*time.Second) }},
		"a row of a transfer is wrong":            {"transfer rows", func(h *history.History) { touch(h.Models.Transfers, func(r *history.Transfer) { r.Version++ }) }},
		"a row of a transfer is missing":          {"transfer rows", func(h *history.History) { delete(h.Models.Transfers, stepOf(h, isLate, sample.Expired).Transfer) }},
		"a row of no transfer":                    {"transfer rows", func(h *history.History) { h.Models.Transfers[uuid.New()] = history.Transfer{} }},
		"a transfer's reference was cut":          {"whole", func(h *history.History) { touch(h.Models.Transfers, func(r *history.Transfer) { r.Text[0]++ }) }},
		"a transfer was shown as before":          {"transfers", func(h *history.History) { readOf(h, isCompleted, false).State = "requested" }},
		"a transfer was shown to somebody else":   {"transfers", func(h *history.History) { readOf(h, isCompleted, false).By = sample.Neighbor }},
		"Min-Position of a transfer lied":         {"transfers", func(h *history.History) { readOf(h, isCompleted, false).Min++ }},
		"a transfer was not found":                {"transfers", func(h *history.History) { readOf(h, isCompleted, false).Status = 404 }},
		"a transfer told why it was not accepted": {"transfers' end", func(h *history.History) { readOf(h, isNotAccepted, true).Code = "other_currency" }},
		"a transfer can't be read at the end":     {"transfers' end", func(h *history.History) { readOf(h, isLate, true).Status = 500 }},
		"nobody has read a transfer":              {"transfers' end", func(h *history.History) { readOf(h, isLate, true).By = sample.Neighbor }},
		"a message of a transfer is missing": {"messages", func(h *history.History) {
			h.Published = slices.DeleteFunc(h.Published, func(m history.Published) bool { return m.Id == stepOf(h, isLate, sample.Debited).Id })
		}},
		"a request was refused, and there was enough":  {"linearizable", func(h *history.History) { requestWith(h, "insufficient_funds").Command.Amount = 1 }},
		"a request was accepted without the money":     {"linearizable", func(h *history.History) { callOf(h, isRefused).Command.Amount = 96 }},
		"a request was refused for its own account":    {"linearizable", func(h *history.History) { requestWith(h, "same_account").Command.Target = uuid.New() }},
		"a request for a foreign account was accepted": {"linearizable", func(h *history.History) { callOf(h, isLate).Command.Foreign = true }},
		"a debit was refused, and there was enough":    {"linearizable", func(h *history.History) { stepOf(h, isRefused, sample.Requested).Amount = 5 }},
		"a debit was refused for another reason":       {"linearizable", func(h *history.History) { stepOf(h, isRefused, sample.Refused).Code = "account_closed" }},
		"a debit had no effect on later decisions":     {"linearizable", func(h *history.History) { stepOf(h, isLate, sample.Withdrawn).Workflow = false }},
		"an account that was open did not accept": {"linearizable", func(h *history.History) {
			stepOf(h, isNotAccepted, sample.Requested).To = stepOf(h, isCompleted, sample.Requested).To
		}},
		"a deposit was refused because of the transfers": {"linearizable", func(h *history.History) {
			c := requestWith(h, answers.TooMany)
			c.Command.Kind = sample.Deposited
		}},
	} {
		finds(t, name, doctored.check, doctored.harm)
	}
}

const calm = 8 * time.Second // longer than a timer may be late without a fault

// fireLate changes a history so that a timer fires late. The argument by says how late. fireLate
// also adds a fault of the given kind, which begins at the previous time of the timer and lasts one
// second.
func fireLate(h *history.History, kind string, by time.Duration) {
	n := stepIn(h, isExpired, sample.Expired)
	h.Log[n].Recorded += by.Microseconds()
	h.TailAt[n] += by
	h.Spans = append(h.Spans, history.Span{Kind: kind, Process: -1, From: h.TailAt[n] - by, To: h.TailAt[n] - by + time.Second})
}

// A timer may be late if processes have faults. If the database's clock was changed, the check must
// not report any timer as late.
func TestLateTimersAreExcused(t *testing.T) {
	t.Parallel()
	for name, excuse := range map[string]func(h *history.History){
		"a process was frozen": func(h *history.History) { fireLate(h, "freeze-projector", 9*time.Second) },
		"nobody was there": func(h *history.History) {
			fireLate(h, "kill-workers", 40*time.Second)
			h.Unattended = []history.Unattended{{From: h.TailAt[0], To: h.TailAt[0] + 20*time.Second}}
		},
		"the machine is busy": func(h *history.History) { fireLate(h, "freeze-projector", 50*time.Second); h.Slowest = 0 },
		"PostgreSQL was away": func(h *history.History) { fireLate(h, "crash-postgres", 32*time.Second) },
		"this machine stood still": func(h *history.History) {
			fireLate(h, "kill-api", calm)
			h.Late = append(h.Late, history.Lateness{At: h.TailAt[0], By: time.Minute})
		},
		"the clock was changed": func(h *history.History) {
			fireLate(h, "server-clock-jump", time.Hour)
			h.Clock = append(h.Clock, history.ClockOff{From: h.TailAt[stepIn(h, isExpired, sample.Requested)], To: h.TailAt[stepIn(h, isExpired, sample.Requested)], Off: time.Hour})
		},
	} {
		h := sound()
		excuse(h)
		for _, v := range Check(h, options.Steady) {
			if v.Name == "timers" && v.Count > 0 {
				t.Errorf("%s: %v", name, v.Violations)
			}
		}
	}
}
