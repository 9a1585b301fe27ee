//go:build linux

package clients

import (
	"context"

	"github.com/google/uuid"

	"example.com/pgcqrs/tools/lab/campaign/answers"
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
			if done.Command.Kind == sample.Opened {
				c.accounts.Add(done.Command.Account)
			}
			raise(&c.clients.highest, done.At)
			c.last = done
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

// aimed returns a move with the account to which the balance moves. Usually this is an account of
// the same group; at times it is the account itself, an account of the other subject, or no account
// at all. The first account, which subscribers follow, is not closed by a move.
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
