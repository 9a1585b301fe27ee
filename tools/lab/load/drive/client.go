package drive

import (
	"math/rand/v2"
	"time"

	"example.com/pgcqrs/tools/lab/load/drive/measure"
	"example.com/pgcqrs/tools/lab/load/drive/wire"
)

// Step is a function for one operation of a client. The function sends requests and records the
// answers.
type Step func(c *Client)

// Client is one client of a load. A Client is not safe for concurrent use.
type Client struct {
	Rand       *rand.Rand    // random numbers for the client's choices
	Process    int           // index of the URL to which the client sends its requests
	Processes  int           // number of URLs of the plan
	Timeout    time.Duration // bounds one request
	connection *wire.Connection
	window     *window
	shard      *measure.Shard
	began      time.Time
}

// Send sends a request on the client's connection and returns the answer. The answer is valid until
// the next call of Send.
func (c *Client) Send(r wire.Request) (wire.Answer, error) { return c.connection.Send(r) }

// Began returns the time at which the current step (operation of the client) was due. In an open
// loop, this is the step's time on the schedule, even if the client began the step later. So the
// measured time includes a delay before the step began. This is right, because a server that stalls
// delays a real client, too.
func (c *Client) Began() time.Time { return c.began }

// Record records the result of one part of the current step (operation of the client). The argument
// name is the part's name. The part began at the time since, and ends now. Record returns true if
// the part succeeded. Use only few different names, because each name needs memory.
func (c *Client) Record(name string, since time.Time, answer wire.Answer, err error) bool {
	kind := wire.KindOf(answer, err)
	if now := time.Now(); c.window.measures(c.began, now) {
		c.shard.Record(name, since, now, kind)
	}
	return kind == ""
}

// step runs a step (one operation of the client) that was due at the given time.
func (c *Client) step(do Step, began time.Time) {
	c.began = began
	do(c)
}

// close closes the connection.
func (c *Client) close() { c.connection.Close() }
