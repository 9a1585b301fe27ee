package queue

import (
	"container/list"
	"context"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"example.com/pgcqrs/engine/edge/admission"
)

// Queue lets a number of requests run at once, and makes others wait for a place. How long a
// request may wait, and which goes next, depends on whether the queue holds a burst or is
// overloaded:
//
//   - After a burst, or a stall of the database, requests wait in order, for up to six times queueTime.
//   - The queue is overloaded once the oldest request has waited for over half of queueTime, at
//     each look for six times queueTime, and no less as time went by: more comes in than can be
//     done. Then each request waits for at most queueTime, and the newest goes first. Most are
//     answered at once, and the others are refused soon, rather than all being late.
//
// To judge a queue by its least delay during an interval is CoDel's idea (K. Nichols, V. Jacobson,
// "Controlling Queue Delay", ACM Queue 10(5), 2012); the two times to wait and the newest-first
// order are Facebook's (B. Maurer, "Fail at Scale", ACM Queue 13(8), 2015). Two things differ here.
// The time to wait under overload is more than a few milliseconds. And a refused request gets its
// answer only after twice that time again: clients come back as soon as they are refused, so the
// rate of refusals, which cost time, is the number of requests that can wait or be held, divided by
// how long that takes.
type Queue struct {
	most        int // that run at once
	mostWaiting int // that wait; the next is refused at once
	queueTime   time.Duration
	ofSubject   *admission.Shares // of the places: a client's slow requests leave some to others
	ofAddress   *admission.Shares
	fromSubject *admission.Shares // of the requests that may wait
	fromAddress *admission.Shares
	waited      prometheus.Observer // seconds that requests waited; nil: not observed

	mu       sync.Mutex
	running  int
	counted  int        // requests that wait, compared with mostWaiting
	waiting  *list.List // of *waiter, the oldest first
	held     int        // requests that are refused and have not got their answer yet
	standing standing   // how long the oldest request has waited too long
}

// patience is how many times queueTime a request may wait in a queue that is not overloaded.
const patience = 6

// heldFor is how many times queueTime a request is held that is refused under overload: its client
// comes back at once, and the refusals cost less the longer each takes.
const heldFor = 2

// Client is the sender of a request, whose requests are bounded.
type Client struct{ Subject, Address string }

type waiter struct {
	client  Client
	since   time.Time
	counted bool
	told    chan Verdict
}

// Verdict is the queue's decision about a request.
type Verdict int

// Verdicts of a queue.
const (
	Runs           Verdict = iota // it has a place
	Overloaded                    // all places are taken
	SubjectHasHalf                // other clients' requests may run, but this subject has the half of the places that it may have
	AddressHasHalf                // other clients' requests may run, but this address has the half of the places that it may have
)

// New returns an empty Queue. If limits bound what a subject or an address runs at once, it has at
// most half of the places, and half of those to wait in.
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

// Enter returns Runs once the client's request may run; Leave must follow. Otherwise it returns why
// the request may not run. A request whose ctx ends gets no place. With back the request had a
// place before, and waits even if the queue is full.
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

// wait returns the verdict on a request, or, when its time is up, what it has waited for.
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

// hold delays the answer to a request that is refused under overload.
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

// join lets a request run if there is a place, or wait, and returns for how long. The waiter is nil
// for a request that does neither.
func (q *Queue) join(c Client, back bool) (*waiter, time.Duration, Verdict) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.running < q.most {
		q.calmDown() // the waiting requests wait for others of their own client
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

// try lets a request run if there is a place and the client may have it.
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

// count adds a request to the waiting ones. If their number is at its limit, the request is refused
// for the reason that keeps it from running.
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

// tell takes a request out of the queue and gives it its verdict.
func (q *Queue) tell(e *list.Element, v Verdict) {
	w, _ := q.waiting.Remove(e).(*waiter)
	if w.counted {
		q.counted--
		q.fromSubject.Leave(w.client.Subject)
		q.fromAddress.Leave(w.client.Address)
	}
	w.told <- v
}

// giveUp takes a request out of the queue, unless it got its verdict meanwhile.
func (q *Queue) giveUp(w *waiter) Verdict {
	q.mu.Lock()
	defer q.mu.Unlock()
	for e := q.waiting.Front(); e != nil; e = e.Next() { // the oldest are the first to run out of time
		if e.Value == w {
			q.tell(e, q.try(w.client)) // the verdict says what it waited for
			break
		}
	}
	return <-w.told
}

// Leave gives a place back, and lets the next request run.
func (q *Queue) Leave(c Client) {
	q.mu.Lock()
	defer q.mu.Unlock()
	full := q.running == q.most
	another := full || q.ofSubject.Full(c.Subject) || q.ofAddress.Full(c.Address) // one that could not run before may run now
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

// callNext lets waiting requests run while there is a place, and returns how many it tried: of a
// client that has its half, one.
func (q *Queue) callNext(now time.Time) (tried int) {
	first, next := q.waiting.Front, (*list.Element).Next
	if q.overloaded(now) {
		q.refuseOld(now)
		first, next = q.waiting.Back, (*list.Element).Prev
	}
	subjects, addresses := map[string]bool{}, map[string]bool{} // that have their half of the places
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
		case Overloaded: // impossible: there is a place
		}
	}
	return tried
}

// overloaded reports whether the queue has been standing for long.
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

// calmDown ends an overload, unless requests are held that would wait otherwise.
func (q *Queue) calmDown() bool {
	if q.held > 0 && q.standing.overload() {
		return false
	}
	q.standing = standing{}
	return true
}

// refuseOld refuses requests that began to wait before the overload, with more time than is left
// now.
func (q *Queue) refuseOld(now time.Time) {
	for e := q.waiting.Front(); e != nil; e = q.waiting.Front() {
		w, _ := e.Value.(*waiter)
		if now.Sub(w.since) <= q.queueTime {
			return
		}
		q.tell(e, Overloaded)
	}
}
