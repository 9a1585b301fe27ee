package ops

import (
	"net"
	"testing"
	"testing/synctest"
	"time"
)

// A connection between two requests does not give way to newcomers: with thousands of them each
// would have one request answered, and then be pushed out. One that stays quiet does.
func TestAConnectionBetweenTwoRequestsStays(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newConnections(1, 0, nil, nil)
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
			time.Sleep(quietFor / 2)
			if over := newcomer(); !over.surplus.Load() || c.admit(over) {
				t.Fatal("a newcomer took its place")
			}
		}
		waiting := newcomer()
		c.enter(waiting)
		time.Sleep(quietFor / 2)
		if !c.admit(waiting) || c.enter(working) {
			t.Error("it has stayed quiet, and is still in the newcomer's place")
		}
		c.leave(waiting)
		time.Sleep(quietFor)
		c.waited.Store(int64(lateAfter + 1)) // thousands have connected, and not all of them still wait for an answer
		if late := newcomer(); !late.surplus.Load() || c.admit(late) || !c.enter(waiting) {
			t.Error("one that has waited for long to be accepted takes another's place")
		}
		time.Sleep(surplusFor)
		if len(c.surplus) > 0 || len(c.open) != 1 {
			t.Errorf("%d are over the bound and %d open", len(c.surplus), len(c.open))
		}
	})
}
