package drive

import (
	"bytes"
	"net/http"
	"slices"
	"time"

	"github.com/google/uuid"
)

// Mix is a load that has a name.
type Mix struct {
	Name   string
	Does   string // for people
	Step   Step
	Reads  bool // it needs a read model that knows the accounts
	Writes bool
}

// Mixes are all that there are. The first part of each is what its steps are counted by.
var Mixes = []Mix{
	{"write", "deposits, spread over the accounts", write, false, true},
	{"write-own", "deposits, each account through one API process only", writeOwn, false, true},
	{"read", "one account by its id", read, true, false},
	{"mixed", "four reads for each deposit", mixed, true, true},
	{"hot-stream", "deposits, all to one account", hotStream, false, true},
	{"read-your-write", "a deposit, then reads until one shows it: by Min-Position and by asking again, in turns", readYourWrite, true, true},
	{"idempotent-retry", "a deposit, then the same again under its Idempotency-Key", idempotentRetry, false, true},
}

// MixOf finds a mix by its name.
func MixOf(name string) (Mix, bool) {
	i := slices.IndexFunc(Mixes, func(m Mix) bool { return m.Name == name })
	if i < 0 {
		return Mix{}, false
	}
	return Mixes[i], true
}

var deposit = []byte(`{"amount":100,"reference":"load"}`)

func (c *Client) anyAccount() int { return c.Rand.IntN(c.Accounts().Len()) }

func (c *Client) depositTo(account int, key string) (Answer, error) {
	return c.Send(c.Accounts().Deposit(account, key))
}

func (c *Client) read(account int, minPosition string) (Answer, error) {
	return c.Send(Request{Method: http.MethodGet, Path: c.Accounts().reads[account], MinPosition: minPosition})
}

func write(c *Client) {
	answer, err := c.depositTo(c.anyAccount(), "")
	c.Record("write", c.Began(), answer, err)
}

// writeOwn keeps an account to one process: those of a client are every so manyth.
func writeOwn(c *Client) {
	processes := len(c.run.URLs)
	own := c.Rand.IntN(max(1, c.Accounts().Len()/processes))*processes + c.process
	answer, err := c.depositTo(min(own, c.Accounts().Len()-1), "")
	c.Record("write", c.Began(), answer, err)
}

func read(c *Client) {
	answer, err := c.read(c.anyAccount(), "")
	c.Record("read", c.Began(), answer, err)
}

func mixed(c *Client) {
	if c.Rand.IntN(5) == 0 {
		write(c)
	} else {
		read(c)
	}
}

func hotStream(c *Client) {
	answer, err := c.depositTo(0, "")
	c.Record("write", c.Began(), answer, err)
}

// readYourWrite measures from the write's answer to the answer that shows it.
func readYourWrite(c *Client) {
	account := c.anyAccount()
	answer, err := c.depositTo(account, "")
	if !c.Record("write", c.Began(), answer, err) {
		return
	}
	answered, position := time.Now(), answer.Header.Get("Event-Position")
	if c.Rand.IntN(2) == 0 {
		answer, err := c.read(account, position)
		c.Record("readable by Min-Position", answered, answer, err)
		return
	}
	written := positionOf(answer)
	for {
		answer, err := c.read(account, "")
		if err != nil || answer.Status >= 400 || positionOf(answer) >= written {
			c.Record("readable by asking again", answered, answer, err)
			return
		}
		if time.Since(answered) > c.run.Timeout {
			c.Record("readable by asking again", answered, answer, Unexpected("not readable in time"))
			return
		}
	}
}

func idempotentRetry(c *Client) {
	account, key := c.anyAccount(), uuid.NewString()
	first, err := c.depositTo(account, key)
	if !c.Record("write", c.Began(), first, err) {
		return
	}
	body := bytes.Clone(first.Body)
	since := time.Now()
	second, err := c.depositTo(account, key)
	if err == nil && second.Status < 400 {
		err = sameAgain(body, second)
	}
	c.Record("replay", since, second, err)
}

func sameAgain(first []byte, second Answer) error {
	if second.Header.Get("Idempotency-Replayed") != "true" {
		return Unexpected("the second answer is no replay")
	}
	if !bytes.Equal(first, second.Body) {
		return Unexpected("the second answer is another one")
	}
	return nil
}
