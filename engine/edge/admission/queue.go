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
	fromSubject *shares // of those that may wait
	fromAddress *shares
	waited      prometheus.Observer // the seconds of those that waited; nil: nobody counts them

	mu       sync.Mutex
	running  int
	counted  int        // of those that wait, against mostWaiting
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
	since   time.Time
	counted bool
	told    chan verdict
}

// verdict is what a request is told that comes to a queue.
type verdict int

const (
	runs           verdict = iota
	overloaded             // all places are taken
	subjectHasHalf         // places are free, for others: its subject has the half that it may have
	addressHasHalf
)

// newQueue returns one that nobody waits in. Of its places, and of those to wait in, a subject and an address
// have half at most, where limits bound what they run at once.
func newQueue(most, mostWaiting int, queueTime time.Duration, limits Limits, waited prometheus.Observer) *queue {
	half := func(limit, of int) *shares {
		if limit == 0 {
			return newShares(0)
		}
		return newShares(of / 2)
	}
	return &queue{
		most: most, mostWaiting: mostWaiting, queueTime: queueTime, waited: waited, waiting: list.New(),
		ofSubject: half(limits.SubjectRequests, most), ofAddress: half(limits.AddressRequests, most),
		fromSubject: half(limits.SubjectRequests, mostWaiting), fromAddress: half(limits.AddressRequests, mostWaiting),
	}
}

// enter returns runs once the client's request may run, and leave must follow; else why it may not. A request
// whose ctx ends has no turn. One that had a place before, and comes back, waits however many do.
func (q *queue) enter(ctx context.Context, c client, back bool) verdict {
	w, patience, told := q.join(c, back)
	if w == nil {
		return told
	}
	told = q.wait(ctx, w, patience)
	if q.waited != nil {
		q.waited.Observe(time.Since(w.since).Seconds())
	}
	if told == overloaded && patience == q.queueTime {
		q.hold(ctx)
	}
	return told
}

// wait returns what the request is told, or what it has waited for when its time is up.
func (q *queue) wait(ctx context.Context, w *waiter, patience time.Duration) verdict {
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case told := <-w.told:
		return told
	case <-timer.C:
	case <-ctx.Done():
	}
	return q.giveUp(w)
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

// join has a request run, if there is a place, or wait, and says for how long. One that does neither is
// no waiter.
func (q *queue) join(c client, back bool) (*waiter, time.Duration, verdict) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.running < q.most {
		q.calmDown() // those that wait, wait for others of their own client
	}
	refused := q.try(c)
	if refused == runs {
		return nil, 0, runs
	}
	if !back {
		if full := q.count(c, refused); full != runs {
			return nil, 0, full
		}
	}
	w := &waiter{c, time.Now(), !back, make(chan verdict, 1)}
	q.waiting.PushBack(w)
	if q.overloaded(w.since) {
		return w, q.queueTime, refused
	}
	return w, patience * q.queueTime, refused
}

// try has a request run, if there is a place and the client may have another.
func (q *queue) try(c client) verdict {
	switch {
	case q.running == q.most:
		return overloaded
	case !q.ofSubject.enter(c.subject):
		return subjectHasHalf
	case !q.ofAddress.enter(c.address):
		q.ofSubject.leave(c.subject)
		return addressHasHalf
	}
	q.running++
	return runs
}

// count counts a request among those that wait. Where they are as many as may, it is refused for what
// keeps it from running.
func (q *queue) count(c client, refused verdict) verdict {
	switch {
	case !q.fromSubject.enter(c.subject):
		return subjectHasHalf
	case !q.fromAddress.enter(c.address):
		q.fromSubject.leave(c.subject)
		return addressHasHalf
	case q.counted+q.held >= q.mostWaiting:
		q.fromSubject.leave(c.subject)
		q.fromAddress.leave(c.address)
		return refused
	}
	q.counted++
	return runs
}

// tell takes a request out of the queue.
func (q *queue) tell(e *list.Element, v verdict) {
	w, _ := q.waiting.Remove(e).(*waiter)
	if w.counted {
		q.counted--
		q.fromSubject.leave(w.subject)
		q.fromAddress.leave(w.address)
	}
	w.told <- v
}

// giveUp takes a request out of the queue, unless it was told meanwhile.
func (q *queue) giveUp(w *waiter) verdict {
	q.mu.Lock()
	defer q.mu.Unlock()
	for e := q.waiting.Front(); e != nil; e = e.Next() { // the oldest are the first whose time is up
		if e.Value == w {
			q.tell(e, q.try(w.client)) // which says what it waited for
			break
		}
	}
	return <-w.told
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

// callNext has those run that there is a place for, and returns how many requests it tried: of a client
// that has its half, one.
func (q *queue) callNext(now time.Time) (tried int) {
	first, next := q.waiting.Front, (*list.Element).Next
	if q.overloaded(now) {
		q.refuseOld(now)
		first, next = q.waiting.Back, (*list.Element).Prev
	}
	subjects, addresses := map[string]bool{}, map[string]bool{} // that have their half
	for e := first(); e != nil && q.running < q.most; {
		w, _ := e.Value.(*waiter)
		this := e
		e = next(e)
		if subjects[w.subject] || addresses[w.address] {
			continue
		}
		tried++
		switch q.try(w.client) {
		case runs:
			q.tell(this, runs)
		case subjectHasHalf:
			subjects[w.subject] = true
		case addressHasHalf:
			addresses[w.address] = true
		case overloaded: // it is not: there is a place
		}
	}
	return tried
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

// refuseOld refuses those that began to wait when there was more time.
func (q *queue) refuseOld(now time.Time) {
	for e := q.waiting.Front(); e != nil; e = q.waiting.Front() {
		w, _ := e.Value.(*waiter)
		if now.Sub(w.since) <= q.queueTime {
			return
		}
		q.tell(e, overloaded)
	}
}
