package queue

import (
	"container/list"
	"context"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"example.com/pgcqrs/engine/edge/admission"
)

// Queue lets so many requests run at once, and has others wait for a place. How long one may wait,
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
type Queue struct {
	most        int // that run at once
	mostWaiting int // the next is refused at once
	queueTime   time.Duration
	ofSubject   *admission.Shares // of the places: one client's slow requests leave some to others
	ofAddress   *admission.Shares
	fromSubject *admission.Shares // of those that may wait
	fromAddress *admission.Shares
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

// Client is who a request comes from, for what is bounded by that.
type Client struct{ Subject, Address string }

type waiter struct {
	client  Client
	since   time.Time
	counted bool
	told    chan Verdict
}

// Verdict is what a request is told that comes to a queue.
type Verdict int

// The verdicts of a queue.
const (
	Runs           Verdict = iota // it has a place
	Overloaded                    // all places are taken
	SubjectHasHalf                // places are free, for others: its subject has the half that it may have
	AddressHasHalf                // the same of its address
)

// New returns one that nobody waits in. Of its places, and of those to wait in, a subject and an address
// have half at most, where limits bound what they run at once.
func New(most, mostWaiting int, queueTime time.Duration, limits admission.Limits, waited prometheus.Observer) *Queue {
	half := func(limit, of int) *admission.Shares {
		if limit == 0 {
			return admission.NewShares(0)
		}
		return admission.NewShares(of / 2)
	}
	return &Queue{
		most: most, mostWaiting: mostWaiting, queueTime: queueTime, waited: waited, waiting: list.New(),
		ofSubject: half(limits.SubjectRequests, most), ofAddress: half(limits.AddressRequests, most),
		fromSubject: half(limits.SubjectRequests, mostWaiting), fromAddress: half(limits.AddressRequests, mostWaiting),
	}
}

// Enter returns Runs once the client's request may run, and Leave must follow; else why it may not. A request
// whose ctx ends has no turn. One that had a place before, and comes back, waits however many do.
func (q *Queue) Enter(ctx context.Context, c Client, back bool) Verdict {
	w, patience, told := q.join(c, back)
	if w == nil {
		return told
	}
	told = q.wait(ctx, w, patience)
	if q.waited != nil {
		q.waited.Observe(time.Since(w.since).Seconds())
	}
	if told == Overloaded && patience == q.queueTime {
		q.hold(ctx)
	}
	return told
}

// wait returns what the request is told, or what it has waited for when its time is up.
func (q *Queue) wait(ctx context.Context, w *waiter, patience time.Duration) Verdict {
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
func (q *Queue) hold(ctx context.Context) {
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
func (q *Queue) join(c Client, back bool) (*waiter, time.Duration, Verdict) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.running < q.most {
		q.calmDown() // those that wait, wait for others of their own client
	}
	refused := q.try(c)
	if refused == Runs {
		return nil, 0, Runs
	}
	if !back {
		if full := q.count(c, refused); full != Runs {
			return nil, 0, full
		}
	}
	w := &waiter{c, time.Now(), !back, make(chan Verdict, 1)}
	q.waiting.PushBack(w)
	if q.overloaded(w.since) {
		return w, q.queueTime, refused
	}
	return w, patience * q.queueTime, refused
}

// try has a request run, if there is a place and the client may have another.
func (q *Queue) try(c Client) Verdict {
	switch {
	case q.running == q.most:
		return Overloaded
	case !q.ofSubject.Enter(c.Subject):
		return SubjectHasHalf
	case !q.ofAddress.Enter(c.Address):
		q.ofSubject.Leave(c.Subject)
		return AddressHasHalf
	}
	q.running++
	return Runs
}

// count counts a request among those that wait. Where they are as many as may, it is refused for what
// keeps it from running.
func (q *Queue) count(c Client, refused Verdict) Verdict {
	switch {
	case !q.fromSubject.Enter(c.Subject):
		return SubjectHasHalf
	case !q.fromAddress.Enter(c.Address):
		q.fromSubject.Leave(c.Subject)
		return AddressHasHalf
	case q.counted+q.held >= q.mostWaiting:
		q.fromSubject.Leave(c.Subject)
		q.fromAddress.Leave(c.Address)
		return refused
	}
	q.counted++
	return Runs
}

// tell takes a request out of the queue.
func (q *Queue) tell(e *list.Element, v Verdict) {
	w, _ := q.waiting.Remove(e).(*waiter)
	if w.counted {
		q.counted--
		q.fromSubject.Leave(w.client.Subject)
		q.fromAddress.Leave(w.client.Address)
	}
	w.told <- v
}

// giveUp takes a request out of the queue, unless it was told meanwhile.
func (q *Queue) giveUp(w *waiter) Verdict {
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

// Leave gives a place back, to the next.
func (q *Queue) Leave(c Client) {
	q.mu.Lock()
	defer q.mu.Unlock()
	full := q.running == q.most
	another := full || q.ofSubject.Full(c.Subject) || q.ofAddress.Full(c.Address) // can run now, and could not
	q.ofSubject.Leave(c.Subject)
	q.ofAddress.Leave(c.Address)
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
func (q *Queue) callNext(now time.Time) (tried int) {
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
		if subjects[w.client.Subject] || addresses[w.client.Address] {
			continue
		}
		tried++
		switch q.try(w.client) {
		case Runs:
			q.tell(this, Runs)
		case SubjectHasHalf:
			subjects[w.client.Subject] = true
		case AddressHasHalf:
			addresses[w.client.Address] = true
		case Overloaded: // it is not: there is a place
		}
	}
	return tried
}

// overloaded says whether the queue has been standing for long.
func (q *Queue) overloaded(now time.Time) bool {
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
func (q *Queue) calmDown() bool {
	if q.held > 0 && q.standing.overload() {
		return false
	}
	q.standing = standing{}
	return true
}

// refuseOld refuses those that began to wait when there was more time.
func (q *Queue) refuseOld(now time.Time) {
	for e := q.waiting.Front(); e != nil; e = q.waiting.Front() {
		w, _ := e.Value.(*waiter)
		if now.Sub(w.since) <= q.queueTime {
			return
		}
		q.tell(e, Overloaded)
	}
}
