package httpapi

import (
	"container/list"
	"context"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// queue lets so many requests run at once, and has others wait for a place. How long one may wait,
// and which goes next, depends on whether the queue only holds a burst or has been standing:
//
//   - What a burst or a stall of the database has left is waited for in order, for six times queueTime.
//   - Once the oldest request has waited over half of queueTime, whenever it was looked at during
//     six times queueTime, and no less as time went by, more comes in than can be done. Then
//     each waits for queueTime at most, and the newest goes first: most are answered at once, and
//     those that can't be are told soon, rather than all late.
//
// That a queue is judged by its least delay during an interval is CoDel's (K. Nichols, V. Jacobson,
// "Controlling Queue Delay", ACM Queue 10(5), 2012); the two times to wait and the turn to newest
// first are Facebook's (B. Maurer, "Fail at Scale", ACM Queue 13(8), 2015). Unlike theirs, the time
// to wait under overload is no few milliseconds, and who is refused is told only after twice as long
// again: whoever is told comes back at once, and what refusals cost is how many can wait or be held,
// divided by how long they are.
type queue struct {
	most        int // that run at once
	mostWaiting int // the next is refused at once
	queueTime   time.Duration
	ofSubject   *shares // of the places: one client's slow requests leave some to others
	ofAddress   *shares
	waited      prometheus.Observer // the seconds of those that waited; nil: nobody counts them

	mu       sync.Mutex
	running  int
	waiting  *list.List // of *waiter, the oldest first
	held     int        // that are refused, and not told yet
	standing standing   // while the oldest has waited too long
}

// patience is how many times queueTime a queue may stand, and one may wait in it until then.
const patience = 6

// heldFor is how many times queueTime a request is held that is refused under overload: each comes
// back at once, and is one of those that are refused for as long again.
const heldFor = 2

// client is who a request comes from, for what is bounded by that.
type client struct{ subject, address string }

type waiter struct {
	client
	since time.Time
	told  chan bool // true: it runs; false: it is refused
}

// newQueue returns one that nobody waits in. Of its places a subject and an address have half at most,
// where limits bound what they run at once.
func newQueue(most, mostWaiting int, queueTime time.Duration, limits Limits, waited prometheus.Observer) *queue {
	half := func(limit int) *shares {
		if limit == 0 {
			return newShares(0)
		}
		return newShares(most / 2)
	}
	return &queue{
		most: most, mostWaiting: mostWaiting, queueTime: queueTime, waited: waited, waiting: list.New(),
		ofSubject: half(limits.SubjectRequests), ofAddress: half(limits.AddressRequests),
	}
}

// enter returns true once the client's request may run, and leave must follow; false if it is
// refused, or ctx ends first.
func (q *queue) enter(ctx context.Context, c client) bool {
	w, patience := q.join(c)
	if w == nil {
		return patience > 0
	}
	runs := q.wait(ctx, w, patience)
	if q.waited != nil {
		q.waited.Observe(time.Since(w.since).Seconds())
	}
	if !runs && patience == q.queueTime {
		q.hold(ctx)
	}
	return runs
}

// wait returns whether the request has its turn in time.
func (q *queue) wait(ctx context.Context, w *waiter, patience time.Duration) bool {
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case runs := <-w.told:
		return runs
	case <-timer.C:
	case <-ctx.Done():
	}
	return !q.withdraw(w) && <-w.told // it was told meanwhile
}

// hold keeps a request that is refused under overload from its answer for a while.
func (q *queue) hold(ctx context.Context) {
	add := func(n int) {
		q.mu.Lock()
		defer q.mu.Unlock()
		q.held += n
	}
	add(1)
	defer add(-1)
	timer := time.NewTimer(heldFor * q.queueTime)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// join has a request run, if there is a place, or wait, and says for how long. A request that does
// neither has no time.
func (q *queue) join(c client) (*waiter, time.Duration) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.running < q.most {
		q.calmDown() // those that wait, wait for others of their own client
		if q.run(c) {
			return nil, q.queueTime
		}
	}
	if q.waiting.Len()+q.held >= q.mostWaiting {
		return nil, 0
	}
	w := &waiter{c, time.Now(), make(chan bool, 1)}
	q.waiting.PushBack(w)
	if q.overloaded(w.since) {
		return w, q.queueTime
	}
	return w, patience * q.queueTime
}

// run takes a place, if the client may have another.
func (q *queue) run(c client) bool {
	if !q.ofSubject.enter(c.subject) {
		return false
	}
	if !q.ofAddress.enter(c.address) {
		q.ofSubject.leave(c.subject)
		return false
	}
	q.running++
	return true
}

// withdraw takes a request out of the queue, and fails if it is in it no more.
func (q *queue) withdraw(w *waiter) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	for e := q.waiting.Front(); e != nil; e = e.Next() { // the oldest are the first whose time is up
		if e.Value == w {
			q.waiting.Remove(e)
			return true
		}
	}
	return false
}

// leave gives a place back, to the next.
func (q *queue) leave(c client) {
	q.mu.Lock()
	defer q.mu.Unlock()
	full := q.running == q.most
	another := full || q.ofSubject.full(c.subject) || q.ofAddress.full(c.address) // can run now, and could not
	q.ofSubject.leave(c.subject)
	q.ofAddress.leave(c.address)
	q.running--
	if !full || q.waiting.Len() == 0 {
		q.calmDown()
	}
	if another && q.waiting.Len() > 0 {
		q.callNext(time.Now())
	}
}

// callNext has those run that there is a place for.
func (q *queue) callNext(now time.Time) {
	first, next := q.waiting.Front, (*list.Element).Next
	if q.overloaded(now) {
		q.refuseOld(now)
		first, next = q.waiting.Back, (*list.Element).Prev
	}
	for e := first(); e != nil && q.running < q.most; {
		w, _ := e.Value.(*waiter)
		this := e
		e = next(e)
		if q.run(w.client) {
			q.waiting.Remove(this)
			w.told <- true
		}
	}
}

// overloaded says whether the queue has been standing for long.
func (q *queue) overloaded(now time.Time) bool {
	delay := time.Duration(0)
	if oldest := q.waiting.Front(); oldest != nil {
		w, _ := oldest.Value.(*waiter)
		delay = now.Sub(w.since)
	}
	if delay <= q.queueTime/2 {
		return !q.calmDown()
	}
	return q.standing.look(now, delay, patience*q.queueTime/standingFor)
}

// calmDown ends an overload, unless requests are held that would wait.
func (q *queue) calmDown() bool {
	if q.held > 0 && q.standing.overload() {
		return false
	}
	q.standing = standing{}
	return true
}

// standing is what is known of a queue whose oldest request has waited too long ever since.
type standing struct {
	windows int           // of equal length, in which the least delay has not fallen
	until   time.Time     // the end of the one that is on
	least   time.Duration // delay in it: flights end many requests at once, and it falls and rises with each
	before  time.Duration // the least in the one before
}

// standingFor is how many such windows are an overload: in the first the delay still grows.
const standingFor = 3

// look takes a delay in, and says whether it is an overload.
func (s *standing) look(now time.Time, delay, window time.Duration) bool {
	if s.until.IsZero() {
		s.until, s.least = now.Add(window), delay
		return false
	}
	s.least = min(s.least, delay)
	if now.Before(s.until) {
		return s.overload()
	}
	switch {
	case s.windows == 0 || s.overload() || s.least > s.before*4/5:
		s.windows++
	default: // it is worked off, and does not stand
		s.windows = 1
	}
	s.before, s.least, s.until = s.least, delay, now.Add(window)
	return s.overload()
}

func (s *standing) overload() bool { return s.windows >= standingFor }

// refuseOld refuses those that began to wait when there was more time.
func (q *queue) refuseOld(now time.Time) {
	for e := q.waiting.Front(); e != nil; e = q.waiting.Front() {
		w, _ := e.Value.(*waiter)
		if now.Sub(w.since) <= q.queueTime {
			return
		}
		q.waiting.Remove(e)
		w.told <- false
	}
}
