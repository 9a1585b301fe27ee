package drive

import (
	"math/rand/v2"
	"time"

	"example.com/pgcqrs/tools/lab/load/drive/measure"
	"example.com/pgcqrs/tools/lab/load/drive/wire"
)

// Step is one operation of a client: it sends its requests and records them.
type Step func(c *Client)

// Client is one client of a load. Only one goroutine at a time may use it.
type Client struct {
	Rand       *rand.Rand    // for the client's choices
	Process    int           // which of the plan's URLs it talks to
	Processes  int           // how many URLs there are
	Timeout    time.Duration // of one request
	connection *wire.Connection
	window     *window
	shard      *measure.Shard
	began      time.Time
}

// Send sends a request on the client's connection and reads the answer, which is valid until the
// next call.
func (c *Client) Send(r wire.Request) (wire.Answer, error) { return c.connection.Send(r) }

// Began returns when the step was to begin. In an open loop that is the time on the schedule,
// however late the client began it, because a server that stalls delays requests that other clients
// would have sent.
func (c *Client) Began() time.Time { return c.began }

// Record records how a part of the step went that began at a time, and reports whether it
// succeeded. There must be few different names.
func (c *Client) Record(name string, since time.Time, answer wire.Answer, err error) bool {
	kind := wire.KindOf(answer, err)
	if now := time.Now(); c.window.measures(c.began, now) {
		c.shard.Record(name, since, now, kind)
	}
	return kind == ""
}

// step runs a step as of a time.
func (c *Client) step(do Step, began time.Time) {
	c.began = began
	do(c)
}

// close ends the connection.
func (c *Client) close() { c.connection.Close() }
