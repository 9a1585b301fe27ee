package queue

import (
	"slices"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"example.com/pgcqrs/engine/edge/admission"
)

// work sends requests to a queue in a synctest bubble. The bubble's clock advances when all
// goroutines of the bubble wait.
type work struct {
	t        *testing.T
	queue    *Queue
	all      sync.WaitGroup
	together time.Duration // requests end together, at multiples of this duration; 0: each request ends on its own
	mu       sync.Mutex
	served   []time.Duration // how long each request that ran had waited, in the order in which the requests began to run
	refused  []time.Duration
	why      map[Verdict]int // number of refused requests by their verdict
}

// send sends a request to the queue. The request runs for the given duration.
func (w *work) send(from Client, takes time.Duration) { w.sendOne(from, false, takes) }

// sendOne sends a request to the queue. The request runs for the given duration. If back is true,
// the request had a slot before.
func (w *work) sendOne(from Client, back bool, takes time.Duration) {
	came := time.Now()
	w.all.Go(func() {
		told := w.queue.Enter(w.t.Context(), from, back)
		w.note(told, time.Since(came))
		if told == Runs {
			if w.together > 0 {
				takes = w.together - time.Duration(time.Now().UnixNano())%w.together
			}
			time.Sleep(takes) //nolint:forbidigo // the sleep uses the bubble's clock
			w.queue.Leave(from)
		}
	})
}

func (w *work) note(told Verdict, waited time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if told == Runs {
		w.served = append(w.served, waited)
	} else {
		w.refused = append(w.refused, waited)
		w.why[told]++
	}
}

// offer sends requests at the given interval, for the given duration. Each request runs for 10 ms.
func (w *work) offer(every, during time.Duration) {
	for begin := time.Now(); time.Since(begin) < during; time.Sleep(every) { //nolint:forbidigo // the sleep uses the bubble's clock
		w.send(Client{}, 10*time.Millisecond)
	}
}

// take returns the recorded waiting times in sorted order, and deletes the records.
func (w *work) take() (served, refused []time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	served, refused = w.served, w.refused
	w.served, w.refused = nil, nil
	slices.Sort(served)
	slices.Sort(refused)
	return served, refused
}

const queueTime = 200 * time.Millisecond

// onQueue runs a test on a queue that lets ten requests run at the same time. Each request runs for
// 10 ms, so a thousand requests can run per second.
func onQueue(t *testing.T, limits admission.Limits, test func(w *work)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		w := newWork(t, 10, 10_000, limits)
		test(w)
		w.all.Wait()
		w.over()
	})
}

func newWork(t *testing.T, most, mostWaiting int, limits admission.Limits) *work {
	return &work{t: t, queue: New(most, mostWaiting, queueTime, limits, nil), why: map[Verdict]int{}}
}

// over waits until all requests have ended, and then checks that the queue is empty.
func (w *work) over() {
	w.t.Helper()
	w.all.Wait()
	q := w.queue
	if q.running != 0 || q.waiting.Len() != 0 || q.counted != 0 {
		w.t.Errorf("%d run and %d wait at the end, %d counted", q.running, q.waiting.Len(), q.counted)
	}
	for _, s := range []*admission.Shares{q.ofSubject, q.ofAddress, q.fromSubject, q.fromAddress} {
		if inside := s.Names(); inside != 0 {
			w.t.Errorf("%d have a share at the end", inside)
		}
	}
}

// A burst is not an overload. If many more requests arrive at the same time than may run at the
// same time, all of them run, in the order of their arrival.
func TestABurstIsQueued(t *testing.T) {
	t.Parallel()
	onQueue(t, admission.Limits{}, func(w *work) {
		for range 900 {
			w.send(Client{}, 10*time.Millisecond)
			synctest.Wait() // wait, so that the requests arrive in this order
		}
		w.all.Wait()
		if len(w.served) != 900 || !slices.IsSorted(w.served) {
			t.Errorf("%d had their turn, in order: %v", len(w.served), slices.IsSorted(w.served))
		}
	})
}

// A pause of the database is not an overload: the requests that wait during the pause run
// afterwards, and no request is refused.
func TestAStallIsWaitedFor(t *testing.T) {
	t.Parallel()
	onQueue(t, admission.Limits{}, func(w *work) {
		for range 10 {
			w.send(Client{}, 400*time.Millisecond)
		}
		w.offer(1250*time.Microsecond, 4*time.Second) // 0.8 times as many requests as can run
		w.all.Wait()
		if len(w.refused) > 0 || slices.Max(w.served) > 450*time.Millisecond {
			t.Errorf("%d were refused, and the longest waited %v", len(w.refused), slices.Max(w.served))
		}
	})
}

// If several times more requests arrive than can run, the number of requests that run per second
// does not fall. The newest requests run first, and the other requests are refused in time.
func TestOverload(t *testing.T) {
	t.Parallel()
	for _, every := range []time.Duration{500 * time.Microsecond, 200 * time.Microsecond} { // 2 times and 5 times as many requests as can run
		onQueue(t, admission.Limits{}, func(w *work) {
			w.offer(every, 2*time.Second)
			w.take()
			w.offer(every, 2*time.Second)
			served, refused := w.take()
			if n := len(served); n < 1990 || served[n/2] > time.Millisecond || served[n*99/100] > queueTime {
				t.Errorf("%d had their turn, the median after %v, 99 %% in %v", n, served[n/2], served[n*99/100])
			}
			if first, last := refused[0], refused[len(refused)-1]; first < (1+heldFor)*queueTime || last > (1+heldFor)*queueTime {
				t.Errorf("refused after %v to %v", first, last)
			}
			w.all.Wait() // afterwards the queue is not overloaded any more
			w.take()
			w.offer(1250*time.Microsecond, time.Second)
			for range 300 {
				w.send(Client{}, 10*time.Millisecond)
			}
			w.all.Wait()
			if len(w.refused) > 0 {
				t.Errorf("%d were refused after it", len(w.refused))
			}
		})
	}
}

// The queue detects an overload even if many requests end at the same time, because one database
// commit ends them. In this case the delay of the oldest request falls at each commit, although the
// queue is overloaded.
func TestOverloadByFlights(t *testing.T) {
	t.Parallel()
	onQueue(t, admission.Limits{}, func(w *work) {
		w.queue.most = 100
		w.together = 100 * time.Millisecond
		w.offer(500*time.Microsecond, 3*time.Second)
		w.take()
		w.offer(500*time.Microsecond, 2*time.Second)
		if served, refused := w.take(); len(served) < 1900 || served[len(served)-1] > queueTime || len(refused) < 1900 {
			t.Errorf("%d had their turn, in %v, and %d were refused", len(served), served[len(served)-1], len(refused))
		}
	})
}

// The queue detects an overload even if each client sends its next request only after it has an
// answer. In this case few requests wait, because the answers to refused requests are delayed.
func TestOverloadByClientsThatComeBack(t *testing.T) {
	t.Parallel()
	onQueue(t, admission.Limits{}, func(w *work) {
		began := time.Now()
		for range 300 {
			w.all.Go(func() {
				for time.Since(began) < 6*time.Second {
					came := time.Now()
					told := w.queue.Enter(w.t.Context(), Client{}, false)
					w.note(told, time.Since(came))
					if told == Runs {
						time.Sleep(10 * time.Millisecond) //nolint:forbidigo // the sleep uses the bubble's clock
						w.queue.Leave(Client{})
					}
				}
			})
		}
		time.Sleep(2 * time.Second) //nolint:forbidigo // the sleep uses the bubble's clock
		w.take()
		time.Sleep(4 * time.Second) //nolint:forbidigo // the sleep uses the bubble's clock
		if served, refused := w.take(); len(served) < 3950 || served[len(served)-1] > queueTime || len(refused) > 2000 {
			t.Errorf("%d had their turn, in %v, and %d were refused", len(served), served[len(served)-1], len(refused))
		}
	})
}

// If all running requests hang, the waiting requests are refused. At first a request is refused
// after six times queueTime; later, under overload, after queueTime.
func TestWhenAllHang(t *testing.T) {
	t.Parallel()
	onQueue(t, admission.Limits{}, func(w *work) {
		for range 10 {
			w.send(Client{}, time.Minute)
		}
		synctest.Wait()
		w.offer(10*time.Millisecond, 5*time.Second)
		w.all.Wait()
		if n := len(w.refused); n != 500 || w.refused[0] != patience*queueTime || w.refused[n-1] != (1+heldFor)*queueTime {
			t.Errorf("%d were refused after %v to %v", n, w.refused[0], w.refused[n-1])
		}
	})
}

// If one client uses all slots that one client may use, other clients still get slots in time. The
// first client's other requests are refused, and the reason is the client's own limit.
func TestOneClientLeavesPlaces(t *testing.T) {
	t.Parallel()
	for why, of := range map[Verdict]func(name string) Client{
		SubjectHasHalf: func(name string) Client { return Client{Subject: name} },
		AddressHasHalf: func(name string) Client { return Client{Address: name} },
	} {
		onQueue(t, admission.Limits{SubjectRequests: 400, AddressRequests: 400}, func(w *work) {
			for range 200 {
				w.send(of("eve"), 10*time.Second)
			}
			synctest.Wait()
			for range 100 {
				w.send(of("ada"), time.Millisecond)
				time.Sleep(20 * time.Millisecond) //nolint:forbidigo // the sleep uses the bubble's clock
			}
			w.all.Wait()
			slices.Sort(w.served)
			if len(w.served) != 105 || w.served[104] > 0 {
				t.Errorf("%d had their turn, after up to %v", len(w.served), w.served[len(w.served)-1])
			}
			if w.why[why] != 195 || len(w.refused) != 195 {
				t.Errorf("%d were refused: %v, want %d", len(w.refused), w.why, why)
			}
		})
	}
}

// If the maximum number of requests are already waiting, the next request is refused immediately.
func TestAFullQueue(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWork(t, 1, 1, admission.Limits{})
		for range 3 {
			w.send(Client{}, 10*time.Millisecond)
			synctest.Wait()
		}
		w.all.Wait()
		if !slices.Equal(w.served, []time.Duration{0, 10 * time.Millisecond}) || !slices.Equal(w.refused, []time.Duration{0}) {
			t.Errorf("served after %v, refused after %v", w.served, w.refused)
		}
	})
}

// Of the requests that may wait at the same time, at most half may be of one client. If one more
// request of this client arrives, it is refused immediately, and the reason is the client's own
// limit.
func TestOneClientLeavesPlacesToWaitIn(t *testing.T) {
	t.Parallel()
	for why, of := range map[Verdict]func(name string) Client{
		SubjectHasHalf: func(name string) Client { return Client{Subject: name} },
		AddressHasHalf: func(name string) Client { return Client{Address: name} },
	} {
		synctest.Test(t, func(t *testing.T) {
			w := newWork(t, 4, 6, admission.Limits{SubjectRequests: 400, AddressRequests: 400})
			for range 9 { // two requests run, and three wait
				w.send(of("eve"), 10*time.Millisecond)
			}
			synctest.Wait()
			if _, refused := w.take(); !slices.Equal(refused, make([]time.Duration, 4)) || w.why[why] != 4 {
				t.Errorf("refused after %v: %v, want %d", refused, w.why, why)
			}
			for range 5 {
				w.send(of("ada"), 10*time.Millisecond)
			}
			synctest.Wait()
			w.send(of("bob"), 10*time.Millisecond) // now as many requests wait as may wait
			w.all.Wait()
			if len(w.served) != 8 || len(w.refused) != 1 || w.why[Overloaded] != 1 {
				t.Errorf("%d had their turn; refused: %v", len(w.served), w.why)
			}
			w.over()
		})
	}
}

// A read gives its slot back while it waits for a position. After the wait, the read may always
// wait for a slot again. Such reads don't count towards the limit of waiting requests, so new
// requests can still wait.
func TestThoseThatComeBackWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWork(t, 10, 5, admission.Limits{})
		for range 100 {
			w.sendOne(Client{}, true, 10*time.Millisecond)
		}
		synctest.Wait()
		for range 5 {
			w.send(Client{}, 10*time.Millisecond)
		}
		w.over()
		if len(w.served) != 105 {
			t.Errorf("%d had their turn, %d were refused", len(w.served), len(w.refused))
		}
	})
}

// When a request is done, the queue looks for a waiting request that may run. If a client may use
// no further slot, the queue checks at most one request of this client, although many of them may
// wait.
func TestACallTriesEachClientOnce(t *testing.T) {
	t.Parallel()
	for _, of := range []func(name, other string) Client{
		func(name, other string) Client { return Client{name, other} },
		func(name, other string) Client { return Client{other, name} },
	} {
		onQueue(t, admission.Limits{SubjectRequests: 400, AddressRequests: 400}, func(w *work) {
			for i := range 200 {
				w.send(of("eve", strconv.Itoa(i)), 10*time.Millisecond)
			}
			synctest.Wait()
			w.queue.mu.Lock()
			tried := w.queue.callNext(time.Now())
			w.queue.mu.Unlock()
			if tried != 1 {
				t.Errorf("%d were tried", tried)
			}
		})
	}
}
