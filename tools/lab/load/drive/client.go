package drive

import (
	"math/rand/v2"
	"time"
)

// Client is one of those that a load is made of. It is not for more than one
// goroutine at once.
type Client struct {
	Rand *rand.Rand // for the client's choices
	*Connection
	run     *run
	process int // which of the plan's URLs it talks to
	shard   *shard
	began   time.Time
}

// Began is when the step was to begin. In an open loop that is the time on the
// schedule, however late the client came to it: a server that stalls delays
// requests that others would have sent.
func (c *Client) Began() time.Time { return c.began }

// Accounts are those of the plan.
func (c *Client) Accounts() *Accounts { return c.run.Accounts }

// Record notes how a part of the step went that began at a time, and says whether it
// went well. Parts have names, which are few.
func (c *Client) Record(name string, since time.Time, answer Answer, err error) bool {
	kind := kindOf(answer, err)
	if now := time.Now(); c.run.measures(c.began, now) {
		c.shard.record(name, since, now, kind)
	}
	return kind == ""
}

// step makes the plan's step as of a time.
func (c *Client) step(began time.Time) {
	c.began = began
	c.run.Step(c)
}
