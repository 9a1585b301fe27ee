package mixes

import (
	"bytes"
	"net/http"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/tools/lab/load/drive"
	"example.com/pgcqrs/tools/lab/load/drive/wire"
)

func (a *Accounts) anyAccount(c *drive.Client) int { return c.Rand.IntN(a.Len()) }

func (a *Accounts) depositTo(c *drive.Client, account int, key string) (wire.Answer, error) {
	return c.Send(a.Deposit(account, key))
}

func (a *Accounts) readOne(c *drive.Client, account int, minPosition string) (wire.Answer, error) {
	return c.Send(wire.Request{Method: http.MethodGet, Path: a.reads[account], MinPosition: minPosition})
}

func (a *Accounts) write(c *drive.Client) {
	answer, err := a.depositTo(c, a.anyAccount(c), "")
	c.Record("write", c.Began(), answer, err)
}

// writeOwn deposits to accounts to which no other API process writes. If there are n processes, the
// clients of a process use every n-th account.
func (a *Accounts) writeOwn(c *drive.Client) {
	processes := c.Processes
	own := c.Rand.IntN(max(1, a.Len()/processes))*processes + c.Process
	answer, err := a.depositTo(c, min(own, a.Len()-1), "")
	c.Record("write", c.Began(), answer, err)
}

func (a *Accounts) read(c *drive.Client) {
	answer, err := a.readOne(c, a.anyAccount(c), "")
	c.Record("read", c.Began(), answer, err)
}

func (a *Accounts) mixed(c *drive.Client) {
	if c.Rand.IntN(5) == 0 {
		a.write(c)
	} else {
		a.read(c)
	}
}

func (a *Accounts) hotStream(c *drive.Client) {
	answer, err := a.depositTo(c, 0, "")
	c.Record("write", c.Began(), answer, err)
}

// readYourWrite sends a write, and measures the time from the answer to the write until a read
// shows the write.
func (a *Accounts) readYourWrite(c *drive.Client) {
	account := a.anyAccount(c)
	answer, err := a.depositTo(c, account, "")
	if !c.Record("write", c.Began(), answer, err) {
		return
	}
	answered, position := time.Now(), answer.Header.Get("Event-Position")
	if c.Rand.IntN(2) == 0 {
		answer, err := a.readOne(c, account, position)
		c.Record("readable by Min-Position", answered, answer, err)
		return
	}
	written := wire.PositionOf(answer)
	for {
		answer, err := a.readOne(c, account, "")
		if err != nil || answer.Status >= 400 || wire.PositionOf(answer) >= written {
			c.Record("readable by asking again", answered, answer, err)
			return
		}
		if time.Since(answered) > c.Timeout {
			c.Record("readable by asking again", answered, answer, wire.Unexpected("not readable in time"))
			return
		}
	}
}

func (a *Accounts) idempotentRetry(c *drive.Client) {
	account, key := a.anyAccount(c), uuid.NewString()
	first, err := a.depositTo(c, account, key)
	if !c.Record("write", c.Began(), first, err) {
		return
	}
	body := bytes.Clone(first.Body)
	since := time.Now()
	second, err := a.depositTo(c, account, key)
	if err == nil && second.Status < 400 {
		err = sameAgain(body, second)
	}
	c.Record("replay", since, second, err)
}

func sameAgain(first []byte, second wire.Answer) error {
	if second.Header.Get("Idempotency-Replayed") != "true" {
		return wire.Unexpected("the second answer is no replay")
	}
	if !bytes.Equal(first, second.Body) {
		return wire.Unexpected("the second answer is another one")
	}
	return nil
}
