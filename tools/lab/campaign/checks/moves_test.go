//go:build linux

package checks

import (
	"slices"
	"testing"

	"github.com/google/uuid"

	"example.com/pgcqrs/tools/lab/campaign/answers"
	"example.com/pgcqrs/tools/lab/campaign/copies"
	"example.com/pgcqrs/tools/lab/campaign/evidence"
	"example.com/pgcqrs/tools/lab/campaign/history"
	"example.com/pgcqrs/tools/lab/campaign/readmodels"
	"example.com/pgcqrs/tools/lab/campaign/sample"
)

// One of the moves that addMoves adds moves money, and so has three events. These constants are the
// indexes of the three events in the log.
const (
	paidOut = 14
	emptied = 15
	paidIn  = 16
)

// addMoves adds four accounts to a history without violations, and these moves between the
// accounts: a move of money that was sent twice because its first answer was lost, another move
// from the same account after its closing, a move without any answer, and refused moves.
func addMoves(h *history.History) {
	first := len(h.Calls)
	from, to, dollars, empty := account(1), account(2), account(8), account(3)
	for _, id := range []uuid.UUID{from, to, dollars} {
		did(h, id, sample.Opened, 0)
		h.Listed[id] = 1
	}
	did(h, from, sample.Deposited, 5)
	move := answers.Command{Key: keyOfMove(), Account: from, Kind: answers.Moved, Target: to}
	refuse(h, answers.Command{Key: keyOfMove(), Account: to, Kind: answers.Moved, Target: dollars}, 422, "other_currency")
	refuse(h, answers.Command{Key: keyOfMove(), Account: to, Kind: answers.Moved, Target: to}, 422, "same_account")
	refuse(h, answers.Command{Key: keyOfMove(), Account: to, Kind: answers.Moved, Target: uuid.New(), Unknown: true}, 404, "not_found")
	lost := *answered(h, move)
	moved(h, move, sample.Withdrawn, 5)
	moved(h, move, sample.Closed, 0)
	moved(h, move, sample.Deposited, 5)
	done := answered(h, move)
	done.Sent, done.Done = lost.Done, now(h)-1
	done.Status, done.Version, done.At = 200, 4, paidIn+1
	refuse(h, answers.Command{Key: keyOfMove(), Account: to, Kind: answers.Moved, Target: from}, 422, "target_closed")
	again := answered(h, answers.Command{Key: keyOfMove(), Account: from, Kind: answers.Moved, Target: to})
	again.Status, again.Version, again.At = 200, 4, paidIn+1
	did(h, to, sample.Withdrawn, 5)
	did(h, empty, sample.Opened, 0)
	h.Listed[empty] = 1
	unanswered := answered(h, answers.Command{Key: keyOfMove(), Account: empty, Kind: answers.Moved, Target: to}).Command
	moved(h, unanswered, sample.Closed, 0)
	refuse(h, answers.Command{Key: uuid.New(), Account: empty, Kind: sample.Deposited, Amount: 1}, 422, "account_closed")
	for n := range h.Calls[first:] {
		c := &h.Calls[first+n]
		c.Token = 2
		h.Keys[c.Command.Key] = c.Succeeded() || c.Command == unanswered
	}
	settle(h)
}

// account returns a new id with the given last byte. The last byte decides the account's currency.
func account(last byte) uuid.UUID {
	id := uuid.New()
	id[15] = last
	return id
}

// keyOfMove returns the key of a command without a long text.
func keyOfMove() uuid.UUID {
	key := uuid.New()
	key[0] |= 0x80
	return key
}

func refuse(h *history.History, c answers.Command, status int, code string) {
	call := answered(h, c)
	call.Status, call.Code = status, code
}

// moved adds an event of a move to the log.
func moved(h *history.History, c answers.Command, kind string, amount int64) {
	id, version := c.Account, int64(1)
	if kind == sample.Deposited {
		id = c.Target
	}
	for _, e := range h.Log {
		if e.Account == id {
			version++
		}
	}
	h.Log = append(h.Log, history.Event{Position: int64(len(h.Log)) + 1, Account: id, Version: version, Id: uuid.New(), Kind: kind, Amount: amount, Key: c.Key, Recorded: now(h).Microseconds(), Text: sample.DigestOf("")})
}

// settle computes from the log all data of the history that a run reads at its end, such as the
// rows of the read models.
func settle(h *history.History) {
	e := evidence.New(h)
	h.Tail = slices.Clone(h.Log)
	for _, recorded := range h.Log[len(h.Published)-1:] { // one message was published twice
		h.Published = append(h.Published, history.Published{Id: recorded.Id, Account: recorded.Account, Text: recorded.Text})
	}
	for id, stream := range e.Streams {
		if sample.IsAccount(stream[0].Kind) {
			h.Models.Balances[id], h.Models.Statements[id] = readmodels.Fold(stream).Balance, readmodels.Fold(stream).Statement
		}
	}
	for _, recorded := range h.Log {
		if recorded.Kind == sample.Opened {
			h.Models.Owners[recorded.Account] = recorded.Text
		} else if sample.IsLarge(recorded.Key) && recorded.Delta() != 0 {
			h.Models.References[history.Place{Account: recorded.Account, Version: recorded.Version}] = recorded.Text
		}
	}
	h.Copies = map[string][copies.Buckets]copies.Row{"copy_01": readmodels.Copied(h.Log), "copy_02": readmodels.Copied(h.Log)}
	head := int64(len(h.Log))
	h.Own = []history.OwnReport{{Verb: "verify", About: head - 2, Left: 2}, {Verb: "reconciling of balances", About: head}, {Verb: "reconciling of customers", About: head}}
}

// moveWith returns the history's first call of a move whose answer has the given code.
func moveWith(h *history.History, code string) *answers.Call {
	return &h.Calls[slices.IndexFunc(h.Calls, func(c answers.Call) bool { return c.Command.Kind == answers.Moved && c.Code == code })]
}

// drop removes one event of the move from the log. It then reduces the later positions, and the
// later versions of the same stream, so that there is no gap.
func drop(h *history.History, at int) {
	gone := h.Log[at]
	h.Log = slices.Delete(h.Log, at, at+1)
	for n := range h.Log[at:] {
		e := &h.Log[at+n]
		if e.Position--; e.Account == gone.Account {
			e.Version--
		}
	}
}

// This test changes the events and answers of moves. Each change violates a guarantee, and a check
// must find it.
func TestDoctoredMovesAreFound(t *testing.T) {
	t.Parallel()
	for name, doctored := range map[string]struct {
		check string
		harm  func(h *history.History)
	}{
		"a move has withdrawn, and paid in nothing": {"moves", func(h *history.History) { drop(h, paidIn) }},
		"a move has paid in, and withdrawn nothing": {"moves", func(h *history.History) { drop(h, paidOut) }},
		"a move has not closed its account":         {"moves", func(h *history.History) { drop(h, emptied) }},
		"a move has paid in more than it took":      {"moves", func(h *history.History) { h.Log[paidIn].Amount++ }},
		"a move has paid in to another account":     {"moves", func(h *history.History) { h.Log[paidIn].Account = h.Log[0].Account }},
		"another event came between those of a move": {"moves", func(h *history.History) {
			h.Log[paidIn], h.Log[paidIn+1] = h.Log[paidIn+1], h.Log[paidIn]
			h.Log[paidIn+1].Position++
		}},
		"a move took effect twice":                      {"acknowledged", func(h *history.History) { repeat(h, paidIn, h.Log[paidIn].Key) }},
		"a refused move took effect":                    {"refused", func(h *history.History) { repeat(h, emptied, moveWith(h, "target_closed").Command.Key) }},
		"a move has written to an account not its own":  {"commanded", func(h *history.History) { h.Log[paidOut].Account = h.Log[0].Account }},
		"a move was answered the version of its target": {"acknowledged", func(h *history.History) { changeMove(h, func(c *answers.Call) { c.Version = 2 }) }},
		"a move was answered a position within itself":  {"acknowledged", func(h *history.History) { changeMove(h, func(c *answers.Call) { c.At-- }) }},
		"money was made":                                {"moves", func(h *history.History) { touch(h.Models.Balances, func(b *history.Balance) { b.Amount++ }) }},
		"a move was refused for a target that was open": {"linearizable", func(h *history.History) {
			c := moveWith(h, "target_closed")
			c.Sent = moveWith(h, "same_account").Sent
			c.Done = c.Sent + 1
		}},
		"a move was refused for a currency that was the same": {"linearizable", func(h *history.History) { moveWith(h, "other_currency").Command.Target = h.Log[0].Account }},
		"a move was refused for its own account, and named another": {"linearizable", func(h *history.History) {
			moveWith(h, "same_account").Command.Target = h.Log[paidOut].Account
		}},
		"a move to an account of somebody else succeeded": {"linearizable", func(h *history.History) {
			changeMove(h, func(c *answers.Call) { c.Command.Unknown = true })
		}},
		"a withdrawal rests on money that no move had paid in": {"linearizable", func(h *history.History) {
			n := slices.IndexFunc(h.Calls, func(c answers.Call) bool { return c.Command.Key == h.Log[paidIn+1].Key })
			h.Calls[n].Command.Amount++
		}},
		"a withdrawal was refused after a move had paid in": {"linearizable", func(h *history.History) {
			refuse(h, answers.Command{Key: uuid.New(), Account: h.Log[paidIn].Account, Kind: sample.Withdrawn, Amount: 5}, 422, "insufficient_funds")
			h.Calls[len(h.Calls)-1].Sent, h.Calls[len(h.Calls)-1].Done = moveWith(h, "target_closed").Sent, moveWith(h, "target_closed").Done
		}},
	} {
		finds(t, name, doctored.check, doctored.harm)
	}
}

// changeMove applies the function change to each call of the move that moves money.
func changeMove(h *history.History, change func(c *answers.Call)) {
	for n := range h.Calls {
		if c := &h.Calls[n]; c.Command.Key == h.Log[paidOut].Key {
			change(c)
		}
	}
}
