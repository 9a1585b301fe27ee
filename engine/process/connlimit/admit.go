package connlimit

import (
	"net"
	"time"
)

func (c *Limiter) begin(conn net.Conn) *connection {
	n := &connection{conn: conn, idle: true, since: time.Now(), waited: time.Duration(c.waited.Load())}
	if c.mostOfAddress > 0 && c.addressOf != nil {
		n.address = c.addressOf(conn.RemoteAddr())
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.hasRoom(n) {
		n.surplus.Store(true)
		if len(c.surplus) >= surplus {
			c.turnedAway.Inc()
			n.shut()
			return n
		}
		c.surplus[conn] = n
		time.AfterFunc(surplusFor, func() { c.expire(n) })
		return n
	}
	c.add(n)
	n.quiet = c.quiet.PushBack(n)
	return n
}

// hasRoom says whether a newcomer is within the bounds, if need be because another gives way.
func (c *Limiter) hasRoom(n *connection) bool {
	switch {
	case n.address != "" && c.ofAddress[n.address] >= c.mostOfAddress:
		return c.giveWay(n, func(quiet *connection) bool { return quiet.address == n.address })
	case len(c.open) < c.most:
		return true
	case c.isGreedy(n.address):
		return c.giveWay(n, c.ofGreedy)
	case c.greedy > 0 && c.giveWay(n, c.ofGreedy):
		return true
	}
	return c.giveWay(n, func(*connection) bool { return true })
}

// admit takes a surplus connection among the open ones if there is room by now.
func (c *Limiter) admit(n *connection) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.open[n.conn] == n { // by another request on it: HTTP/2
		return true
	}
	if c.surplus[n.conn] != n || !c.hasRoom(n) {
		return false
	}
	delete(c.surplus, n.conn)
	n.surplus.Store(false)
	c.add(n)
	return true
}

// expire closes a surplus connection that has sent no request, for the next one.
func (c *Limiter) expire(n *connection) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.surplus[n.conn] == n && n.running == 0 {
		delete(c.surplus, n.conn)
		c.gaveWay.Inc()
		n.shut()
	}
}

// quietFor is how long a connection has been quiet that gives way. Under load there is always one
// that is between two requests, and whoever waits would push it out, to be pushed out itself.
const quietFor = 100 * time.Millisecond

// giveWay closes the connection that has been quiet longest of those that may be closed. It returns
// false if there is none that has been quiet for long, and for longer than the newcomer has waited:
// behind that one thousands wait, and what they want done would be done late.
func (c *Limiter) giveWay(newcomer *connection, may func(*connection) bool) bool {
	least := max(quietFor, newcomer.waited)
	for e := c.quiet.Front(); e != nil; e = e.Next() {
		n, _ := e.Value.(*connection)
		if time.Since(n.since) < least {
			return false
		}
		if may(n) {
			c.forget(n)
			c.gaveWay.Inc()
			n.shut()
			return true
		}
	}
	return false
}

func (c *Limiter) ofGreedy(n *connection) bool { return c.isGreedy(n.address) }

// surplus is how many connections over a bound are still spoken to at a time: each gets one
// answer, and probes get theirs however busy the process is. The next ones of an address over its
// bound are closed; where the process is full they wait to be accepted, which costs us nothing:
// thousands that are all turned away again and again would leave no processor time to those that
// are being served.
const surplus = 64

// surplusFor is how long one may stay without a request.
const surplusFor = time.Second
