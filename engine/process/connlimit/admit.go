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

// hasRoom reports whether a new connection is within the bounds, perhaps because another one gives
// way.
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

// admit moves a surplus connection to the open ones if there is room now.
func (c *Limiter) admit(n *connection) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.open[n.conn] == n { // another request on it has done so: HTTP/2
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

// expire closes a surplus connection that has sent no request, to make room for the next one.
func (c *Limiter) expire(n *connection) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.surplus[n.conn] == n && n.running == 0 {
		delete(c.surplus, n.conn)
		c.gaveWay.Inc()
		n.shut()
	}
}

// quietFor is how long a connection must have been quiet to give way. Under load there is always a
// connection between two requests: waiting connections would push such ones out, only to be pushed
// out themselves.
const quietFor = 100 * time.Millisecond

// giveWay closes the connection that has been quiet longest among those that may be closed. It
// returns false if none has been quiet for long, and longer than the new connection has waited:
// behind one that has waited longer thousands wait, and their requests would be done late.
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

// surplus is how many connections over a bound still get an answer at a time: one each, and probes
// get theirs however busy the process is. Further ones of an address over its bound are closed; if
// the whole process is full they wait to be accepted, which costs nothing. To turn thousands away
// again and again would leave no processor time for those that are served.
const surplus = 64

// surplusFor is how long a surplus connection may stay without a request.
const surplusFor = time.Second
