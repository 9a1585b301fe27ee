//go:build linux

package checks

import (
	"cmp"
	"slices"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/tools/lab/campaign/answers"
	"example.com/pgcqrs/tools/lab/campaign/copies"
	"example.com/pgcqrs/tools/lab/campaign/evidence"
	"example.com/pgcqrs/tools/lab/campaign/history"
	"example.com/pgcqrs/tools/lab/campaign/readmodels"
	"example.com/pgcqrs/tools/lab/campaign/sample"
)

// sound returns a small history of a run without violations. The history has two accounts, a
// refusal, a retry after a lost answer, and a repeated closing of an account. The history also has
// a message that was published twice, two probes of an API's readiness, and a query for a parked
// stream. One client gave up the opening of an account, because the answer said that nothing was
// done. About half of the texts have the maximum length. The other functions that sound calls add
// customers, moves of balances, courses, transfers and subscribers.
func sound() *history.History {
	h := soundAccounts()
	addPeople(h)
	addMoves(h)
	addShared(h)
	addCourses(h)
	addTransfers(h)
	addFollowed(h)
	return h
}

func soundAccounts() *history.History {
	h := &history.History{Started: time.UnixMicro(0), Slowest: time.Second, Keys: make(map[uuid.UUID]bool), Models: history.Models{
		Balances: make(map[uuid.UUID]history.Balance), Statements: make(map[uuid.UUID]history.Statement), Owners: make(map[uuid.UUID]sample.Digest), References: make(map[history.Place]sample.Digest),
		Customers: make(map[uuid.UUID]history.Customer),
	}}
	ada, bob := uuid.New(), uuid.New()
	did(h, ada, sample.Opened, 0)
	did(h, bob, sample.Opened, 0)
	did(h, ada, sample.Deposited, 10)
	refusal := answered(h, answers.Command{Key: uuid.New(), Account: bob, Kind: sample.Withdrawn, Amount: 5, IfMatch: 0, Customer: uuid.Nil})
	refusal.Status, refusal.Code = 422, "insufficient_funds"
	late := h.Calls[len(h.Calls)-2] // the deposit that was sent a second time
	late.Sent, late.Done = now(h), now(h)+1
	h.Calls = append(h.Calls, late)
	did(h, bob, sample.Deposited, 7)
	lost := *answered(h, answers.Command{Key: h.Calls[len(h.Calls)-1].Command.Key, Account: bob, Kind: sample.Deposited, Amount: 7, IfMatch: 0, Customer: uuid.Nil})
	h.Calls = slices.Delete(h.Calls, len(h.Calls)-1, len(h.Calls))
	lost.Status, lost.Sent, lost.Done = 0, h.Calls[len(h.Calls)-1].Sent-1, h.Calls[len(h.Calls)-1].Sent
	h.Calls = slices.Insert(h.Calls, len(h.Calls)-1, lost)
	did(h, ada, sample.Withdrawn, 10)
	did(h, ada, sample.Closed, 0)
	again := answered(h, answers.Command{Key: uuid.New(), Account: ada, Kind: sample.Closed, Amount: 0, IfMatch: 0, Customer: uuid.Nil})
	again.Status, again.Version, again.At = 200, 4, 6
	given := answered(h, answers.Command{Key: uuid.New(), Account: uuid.New(), Kind: sample.Opened, Amount: 0, IfMatch: 0, Customer: uuid.Nil})
	given.Status, given.Code = 503, "unavailable"
	for _, c := range h.Calls {
		h.Keys[c.Command.Key] = c.Succeeded() || h.Keys[c.Command.Key]
	}
	h.Lockings, h.Probes = []history.Locking{{From: time.Second, To: 3 * time.Second}}, []history.Probe{{Process: 0, Sent: time.Second, Done: 2 * time.Second, Ready: false}, {Process: 0, Sent: 2 * time.Second, Done: 4 * time.Second, Ready: true}}
	h.Tail = slices.Clone(h.Log)
	for _, e := range h.Log {
		h.Published = append(h.Published, history.Published{Id: e.Id, Account: e.Account, Text: e.Text})
		if e.Kind == sample.Opened {
			h.Models.Owners[e.Account] = e.Text
		} else if sample.IsLarge(e.Key) {
			h.Models.References[history.Place{Account: e.Account, Version: e.Version}] = e.Text
		}
	}
	h.Published = append(h.Published, h.Published[2])
	for id, stream := range evidence.New(h).Streams {
		h.Models.Balances[id], h.Models.Statements[id] = readmodels.Fold(stream).Balance, readmodels.Fold(stream).Statement
	}
	h.Totals = []history.Total{{At: 0, Sum: 0}, {At: 3, Sum: 10}, {At: 4, Sum: 17}, {At: 6, Sum: 7}}
	h.Reads = []answers.Reading{
		{Account: ada, Min: 3, At: 3, Status: 200, Version: 2, Balance: 10, Of: answers.OfAccount, Lines: 0, Text: h.Log[0].Text}, {Account: bob, Min: 0, At: 1, Status: 404, Version: 0, Balance: 0, Of: answers.OfAccount, Lines: 0, Text: sample.Digest{}}, {Account: bob, Min: 4, At: 6, Status: 200, Version: 2, Balance: 7, Of: answers.OfList, Lines: 0, Text: h.Log[1].Text},
		{Account: ada, Min: 0, At: 6, Status: 200, Version: 3, Balance: 0, Of: answers.OfStatement, Lines: 2, Text: sample.DigestOf(sample.TextOf(sample.Deposited, h.Log[2].Key) + sample.TextOf(sample.Withdrawn, h.Log[4].Key))},
	}
	h.Parked = []answers.ParkedRead{{Process: 0, Sent: 0, Done: time.Second, Status: 503, Code: "read_model_parked", Still: true}}
	h.Copies = map[string][copies.Buckets]copies.Row{"copy_01": readmodels.Copied(h.Log), "copy_02": readmodels.Copied(h.Log)}
	h.Kept = history.Kept{Taken: 2, Used: 3}
	h.Listed = map[uuid.UUID]int{ada: 1, bob: 1}
	h.Own = []history.OwnReport{{Verb: "verify", About: 4, Left: 2}, {Verb: "reconciling of balances", About: 6}}
	return h
}

func now(h *history.History) time.Duration {
	return time.Duration(len(h.Calls)) * 10 * time.Millisecond
}

// answered adds a call to the history, and returns the call. The caller fills in the answer.
func answered(h *history.History, c answers.Command) *answers.Call {
	h.Calls = append(h.Calls, answers.Call{Command: c, Sent: now(h), Done: now(h) + time.Millisecond})
	return &h.Calls[len(h.Calls)-1]
}

// did adds a command that took effect, and the event of that command.
func did(h *history.History, account uuid.UUID, kind string, amount int64) {
	key := uuid.New()
	key[0] = byte(255 * (len(h.Log) % 2)) // every other text has the maximum length
	tookEffect(h, answers.Command{Key: key, Account: account, Kind: kind, Amount: amount, IfMatch: 0, Customer: uuid.Nil})
}

// tookEffect adds a command that took effect, and its event.
func tookEffect(h *history.History, what answers.Command) {
	version := int64(1)
	for _, e := range h.Log {
		if e.Account == what.Account {
			version++
		}
	}
	c := answered(h, what)
	c.Status, c.Version, c.At = 200, version, int64(len(h.Log))+1
	subject := ""
	if version == 1 {
		subject = cmp.Or(what.Subject, sample.Subject)
	}
	h.Log = append(h.Log, history.Event{Position: c.At, Subject: subject, Account: what.Account, Version: version, Id: uuid.New(), Kind: what.Kind, Amount: what.Amount, Key: what.Key, Recorded: c.Done.Microseconds(), Text: sample.DigestOf(sample.TextOf(what.Kind, what.Key)), Encrypted: sample.Digest{}})
}
