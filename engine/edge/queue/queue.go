package queue

import (
	"container/list"
	"context"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"example.com/pgcqrs/engine/edge/admission"
)

// Queue lets a limited number of requests run at the same time, and makes other requests wait for a
// slot. How long a request may wait, and which request is next, depends on whether the queue is
// overloaded:
//
//   - If the queue is not overloaded, requests run in the order of their arrival, and wait for up
//     to six times queueTime. A burst of requests or a pause of the database is no overload.
//   - If more requests arrive than can be executed, the queue becomes overloaded. It detects this
//     by two signs: for six times queueTime, the oldest request has always waited for over half of
//     queueTime, and its waiting time has not fallen. Under overload each request waits for at
//     most queueTime, and the newest request runs next. In the order of arrival, all requests
//     would run too late.
type Queue struct {
	most        int // how many requests run at the same time
	mostWaiting int // how many requests may wait; a further request is refused immediately
	queueTime   time.Duration
	ofSubject   *admission.Shares // counts the slots of each client, so that one client's slow requests leave slots for others
	ofAddress   *admission.Shares
	fromSubject *admission.Shares // counts the waiting requests of each client
	fromAddress *admission.Shares
	waited      prometheus.Observer // metric of the seconds that requests waited; nil: not observed

	mu       sync.Mutex
	running  int
	counted  int        // number of waiting requests that count towards mostWaiting
	waiting  *list.List // list of *waiter, the oldest first
	held     int        // number of refused requests whose answer is delayed
	standing standing   // records for how long the delay of the oldest request has been too long
}

// patience is the longest wait, in multiples of queueTime, in a queue that is not overloaded.
const patience = 6

// heldFor is how long the refusal of a request is delayed under overload, in multiples of
// queueTime. Clients send again after each refusal: a longer delay means fewer refusals per second.
const heldFor = 2

// Client is the sender of a request. Each subject and each address may use only some of the slots.
type Client struct{ Subject, Address string }

type waiter struct {
	client  Client
	since   time.Time
	counted bool
	told    chan Verdict
}

// New returns an empty Queue. If limits has a limit for subjects, one subject may have at most half
// of the running requests and half of the waiting requests. The same is true for addresses.
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

// Enter waits for a slot, at most until ctx ends. After the verdict Runs, the caller must call
// Leave when the request is done. Any other verdict says why the request may not run. If back is
// true, the request had a slot before, and may wait even if the queue is full.
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

// wait waits for the verdict, the queue's decision about a request. If the request's waiting time
// ends first, wait returns the reason why the request got no slot.
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

// join gives a request a slot if a slot is free. Otherwise the request must wait, or is refused.
// join returns a waiter only for a request that waits, together with the longest time that it may
// wait.
func (q *Queue) join(c Client, back bool) (*waiter, time.Duration, Verdict) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.running < q.most {
		q.calmDown() // slots are free, so the waiting requests wait only for slots of their own client
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

// try gives a request a slot if a slot is free and the client may use another slot. Otherwise try
// returns the reason for the refusal.
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

// count counts a request as waiting, and returns Runs. If the client has reached one of its own
// limits, count does not count the request, and returns the verdict for this limit. If the whole
// queue is full, count returns the verdict in the parameter refused.
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

// tell removes a waiting request from the queue, and sends the verdict to its goroutine.
func (q *Queue) tell(e *list.Element, v Verdict) {
	w, _ := q.waiting.Remove(e).(*waiter)
	if w.counted {
		q.counted--
		q.fromSubject.Leave(w.client.Subject)
		q.fromAddress.Leave(w.client.Address)
	}
	w.told <- v
}

// giveUp removes a request from the queue when its waiting time has ended, and returns its verdict.
func (q *Queue) giveUp(w *waiter) Verdict {
	q.mu.Lock()
	defer q.mu.Unlock()
	for e := q.waiting.Front(); e != nil; e = e.Next() { // from the oldest request on, because the waiting time of the oldest request ends first
		if e.Value == w {
			q.tell(e, q.try(w.client)) // try gives the request a slot if a slot is free now, or returns the reason why the request gets no slot
			break
		}
	}
	return <-w.told
}

// Leave frees the slot of a request for which Enter returned Runs, and gives the slot to the next
// waiting request.
func (q *Queue) Leave(c Client) {
	q.mu.Lock()
	defer q.mu.Unlock()
	full := q.running == q.most
	another := full || q.ofSubject.Full(c.Subject) || q.ofAddress.Full(c.Address) // whether a waiting request that could not run before may run now
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

// callNext gives free slots to waiting requests, and returns how often it has called the function
// try. If a client may use no further slot, callNext calls the function try only once for that
// client.
func (q *Queue) callNext(now time.Time) (tried int) {
	first, next := q.waiting.Front, (*list.Element).Next
	if q.overloaded(now) {
		q.refuseOld(now)
		first, next = q.waiting.Back, (*list.Element).Prev
	}
	subjects, addresses := map[string]bool{}, map[string]bool{} // clients that may use no further slot
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
		case Overloaded: // impossible, because a slot is free
		}
	}
	return tried
}

// overloaded checks how long the oldest request has waited, and reports whether the queue is
// overloaded.
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

// calmDown ends an overload and returns true. While answers to refused requests are delayed, the
// overload continues and calmDown returns false.
func (q *Queue) calmDown() bool {
	if q.held > 0 && q.standing.overload() {
		return false
	}
	q.standing = standing{}
	return true
}

// refuseOld refuses the requests that have waited longer than a request may wait under overload.
// These requests began to wait before the overload.
func (q *Queue) refuseOld(now time.Time) {
	for e := q.waiting.Front(); e != nil; e = q.waiting.Front() {
		w, _ := e.Value.(*waiter)
		if now.Sub(w.since) <= q.queueTime {
			return
		}
		q.tell(e, Overloaded)
	}
}
