//go:build linux

package clients

import (
	"context"

	"github.com/google/uuid"

	"example.com/pgcqrs/tools/lab/campaign/answers"
	"example.com/pgcqrs/tools/lab/campaign/roster"
	"example.com/pgcqrs/tools/lab/campaign/sample"
)

const (
	hot              = 16  // number of newest accounts, which get a quarter of the commands
	atFirst          = 200 // number of accounts of the subject that are opened before any other command
	atFirstNeighbors = hot // number of accounts of the neighbor that are opened before any other command
)

// write runs a client that sends one command after another.
func (c *client) write(ending context.Context) {
	defer c.leave()
	for ending.Err() == nil {
		done := c.perform(ending, c.next())
		if done.Succeeded() {
			raise(&c.clients.highest, done.At)
			switch done.Command.Kind {
			case sample.Opened:
				c.accounts.Add(done.Command.Account)
				c.last = done
			case sample.Requested: // the answer has the version of the transfer, and not that of the account
				c.clients.transfers.Add(roster.Transfer{ID: done.Made, By: c.authorized.subject})
			default:
				c.last = done
			}
			if c.random.IntN(100) == 0 { // send it again: the answer must be the same
				c.home++
				c.perform(ending, c.again(done.Command))
			}
		}
	}
}

// next returns the client's next command.
func (c *client) next() answers.Command {
	count := c.accounts.Len()
	what := answers.Command{Key: uuid.New(), Account: uuid.New(), Kind: sample.Opened}
	choice := c.random.IntN(1000)
	if count < c.atFirst || choice < 50 {
		return what
	}
	number := c.random.IntN(count)
	if c.random.IntN(4) == 0 {
		number = count - 1 - c.random.IntN(hot)
	}
	what.Account, what.Amount, what.Kind = c.accounts.At(number), 1+c.random.Int64N(100), sample.Deposited
	switch {
	case choice < 55:
		what.Kind, what.Amount = sample.Closed, 0
	case choice < 105:
		what.Kind, what.Amount = answers.Moved, 0
	case choice < 205:
		what.Kind = sample.Requested
		return c.sending(what)
	case choice < 530:
		what.Kind = sample.Withdrawn
	}
	if c.last.Command.Account != uuid.Nil && c.random.IntN(10) == 0 { // use the version that the client knows, which may be out of date
		what.Account, what.IfMatch = c.last.Command.Account, c.last.Version
	}
	if what.Kind == answers.Moved {
		return c.aimed(what)
	}
	return what
}

// aimed adds to a move its target: the account to which the balance moves. Usually the target is an
// account of the same group; at times it is the account itself, an account of the other subject, or
// an id without an account. The first account must stay open, because subscribers follow it. So
// aimed replaces a move of this account by a deposit.
func (c *client) aimed(what answers.Command) answers.Command {
	if what.Account == c.accounts.At(0) {
		what.Kind, what.Amount = sample.Deposited, 1
		return what
	}
	what.Key[0] |= 0x80 // a move has no text, so its key must not be that of a long text
	what.Target = c.accounts.Beside(what.Account, c.random)
	switch others := c.others.Len(); c.random.IntN(16) {
	case 0:
		what.Target, what.Unknown = uuid.New(), true
	case 1:
		if others > 0 {
			what.Target, what.Unknown = c.others.At(c.random.IntN(others)), true
		}
	}
	return what
}

// sending adds to a request for a transfer its target: the account that should get the money.
// Mostly the target is another account of the subject, which may be closed or have another
// currency. At times the target is an account of the other subject, an id without an account, or
// the paying account itself. At times sending also replaces the paying account by an account of the
// other subject.
func (c *client) sending(what answers.Command) answers.Command {
	what.Target = c.accounts.At(c.random.IntN(c.accounts.Len()))
	others := c.others.Len()
	switch choice := c.random.IntN(32); {
	case choice < 3:
		what.Target = uuid.New()
	case choice < 10 && others > 0:
		what.Target = c.others.At(c.random.IntN(others))
	case choice < 11:
		what.Target = what.Account
	case choice < 12 && others > 0:
		what.Account, what.Foreign = c.others.At(c.random.IntN(others)), true
	}
	return what
}
