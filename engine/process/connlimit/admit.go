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

// hasRoom reports whether the limits allow a new connection. At a limit, hasRoom first tries to
// close a quiet connection.
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

// admit moves a surplus connection (a connection beyond a limit) to the open connections if the
// limits now allow the connection. admit reports whether the connection is now open.
func (c *Limiter) admit(n *connection) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.open[n.conn] == n { // another HTTP/2 request on the connection has done so
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

// expire closes a surplus connection (a connection beyond a limit) that has sent no request in
// time. Another surplus connection can then get an answer.
func (c *Limiter) expire(n *connection) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.surplus[n.conn] == n && n.running == 0 {
		delete(c.surplus, n.conn)
		c.gaveWay.Inc()
		n.shut()
	}
}

// quietFor is how long a connection must have been quiet before it may be closed for a new one.
// Under load, some connection is always between two requests. Without quietFor, a waiting
// connection would displace such a connection, and would then be displaced itself.
const quietFor = 100 * time.Millisecond

// giveWay closes one connection to make room for a newcomer, and returns true. giveWay considers
// only quiet connections that the given function accepts, and closes the one that has been quiet
// longest. giveWay closes nothing and returns false if there is no such connection. It also returns
// false if this connection has been quiet for less than quietFor, or for less time than the
// newcomer has waited to be accepted. If the newcomer has waited for long, thousands of connections
// wait behind it, and most of their requests would be processed too late in any case.
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

// surplus is the number of connections beyond a limit that may get an answer at the same time. The
// answer is 503, or the answer to a probe, which a process gives even when it is busy. When this
// number is reached, further connections of an address over its limit are closed. If the whole
// process is at its limit, further connections wait in the kernel until they are accepted, which
// costs nothing. Refusing thousands of connections again and again would leave no processor time
// for the accepted connections.
const surplus = 64

// surplusFor is how long a connection beyond a limit may stay open without a request.
const surplusFor = time.Second
