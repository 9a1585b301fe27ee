package connlimit

import (
	"net"
	"testing"
	"testing/synctest"
	"time"
)

// The Limiter does not close a connection that is between two requests. Otherwise, with thousands
// of clients, each connection would get one answer, and would then be closed. The Limiter closes a
// connection that stays quiet.
func TestAConnectionBetweenTwoRequestsStays(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := New(1, 0, nil, nil)
		newcomer := func() *connection {
			conn, other := net.Pipe()
			t.Cleanup(func() { _, _ = conn.Close(), other.Close() })
			return c.begin(conn)
		}
		working := newcomer()
		for range 10 {
			if !c.enter(working) {
				t.Fatal("it was pushed out between two requests")
			}
			c.leave(working)
			time.Sleep(quietFor / 2) //nolint:forbidigo // the sleep uses the bubble's clock
			if over := newcomer(); !over.surplus.Load() || c.admit(over) {
				t.Fatal("a newcomer took its place")
			}
		}
		waiting := newcomer()
		c.enter(waiting)
		time.Sleep(quietFor / 2) //nolint:forbidigo // the sleep uses the bubble's clock
		if !c.admit(waiting) || c.enter(working) {
			t.Error("it has stayed quiet, and is still in the newcomer's place")
		}
		c.leave(waiting)
		time.Sleep(quietFor) //nolint:forbidigo // the sleep uses the bubble's clock
		c.waited.Store(int64(quietFor + time.Millisecond))
		if late := newcomer(); !late.surplus.Load() || c.admit(late) || !c.enter(waiting) {
			t.Error("one that has waited longer than another was quiet takes its place")
		}
		c.leave(waiting)
		time.Sleep(surplusFor + time.Millisecond) //nolint:forbidigo // the sleep uses the bubble's clock
		synctest.Wait()
		c.mu.Lock()
		if len(c.surplus) > 0 || len(c.open) != 1 {
			t.Errorf("%d are over the bound and %d open", len(c.surplus), len(c.open))
		}
		c.mu.Unlock()
		c.waited.Store(int64(surplusFor))
		if late := newcomer(); late.surplus.Load() || c.enter(waiting) {
			t.Error("one that was quiet longer than it has waited is in its place")
		}
	})
}

// At a limit, the Limiter first closes connections of an address that has more than half of its own
// limit. A new connection of this address displaces no connection of another address. An address
// that has few connections, or has no limit, such as a proxy, loses no connection.
func TestAGreedyAddressGivesWay(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		address := ""
		c := New(9, 4, func(net.Addr) string { return address }, nil)
		from := func(of string) *connection {
			address = of
			time.Sleep(time.Millisecond) //nolint:forbidigo // the sleep uses the bubble's clock
			conn, other := net.Pipe()
			t.Cleanup(func() { _, _ = conn.Close(), other.Close() })
			return c.begin(conn)
		}
		kept := []*connection{from(""), from("ada"), from("ada"), from("bob"), from("eve")}
		greedy := []*connection{from("eve"), from("eve"), from("mob"), from("mob")}
		time.Sleep(quietFor) //nolint:forbidigo // the sleep uses the bubble's clock
		taken := from("eve") // eve has three of four allowed connections
		if taken.surplus.Load() || c.enter(kept[4]) {
			t.Error("it is not one of its own that gives way")
		}
		if from("eve").surplus.Load() || c.enter(greedy[0]) {
			t.Error("it is not the next of its own")
		}
		if from("new").surplus.Load() || c.enter(greedy[1]) {
			t.Error("it is not one of those that give way to a newcomer")
		}
		for _, n := range append(kept[:4:4], greedy[2:]...) {
			if !c.enter(n) {
				t.Errorf("one of %q gave way", n.address)
			}
			c.leave(n)
		}
		time.Sleep(quietFor) //nolint:forbidigo // the sleep uses the bubble's clock
		if from("bob").surplus.Load() || c.enter(taken) || c.greedy != 0 {
			t.Error("nobody has many, and it is not the longest quiet one that gives way")
		}
	})
}
