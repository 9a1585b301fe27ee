package write

import (
	"context"
	"runtime"
	"sync"
	"time"

	"example.com/pgcqrs/engine/eventlog/delivery"
	"example.com/pgcqrs/engine/eventlog/encode"
	"example.com/pgcqrs/engine/eventlog/lock"
)

// mostFlights limits the flights (transactions that append) that run at the same time, including
// flights whose outcome is unknown. Usually a single flight runs, and the appends that are queued
// meanwhile are sent in the next flight.
const mostFlights = 4

// Run sends queued appends to the database. While one batch is being sent, further appends are
// queued. Run then sends these appends as the next batch, in one transaction, so that they share
// one lock and one fsync. When ctx ends, Run sends the appends that are still queued, and then
// returns nil. Run must be called exactly once.
func (w *Writer) Run(ctx context.Context) error {
	defer close(w.closed)
	var hinting sync.WaitGroup
	hinted, stop := context.WithCancel(context.WithoutCancel(ctx))
	hinting.Go(func() { w.config.Hints.Run(hinted) })
	defer hinting.Wait()
	defer stop()
	var deliverers sync.WaitGroup
	for range mostFlights { // these goroutines serve all flights: a new goroutine per flight would first have to grow its stack
		deliverers.Go(func() {
			for deliver := range w.batches {
				deliver()
			}
		})
	}
	defer deliverers.Wait()
	defer close(w.batches)
	var waiting []*delivery.Pending // chains of appends that were taken from the queue and not sent yet
	for {
		if len(waiting) == 0 {
			select {
			case p := <-w.queue:
				waiting = append(waiting, p)
			case <-ctx.Done():
				w.deliverQueued()
				return nil
			}
		}
		runtime.Gosched() // lets goroutines that are about to queue an append do so
		waiting = w.takeQueued(waiting)
		var batch []*delivery.Pending
		batch, waiting = w.cutBatch(waiting)
		w.startBatch(context.WithoutCancel(ctx), batch)
	}
}

// deliverQueued sends all appends that are still in the queue. Run calls deliverQueued before it
// ends.
func (w *Writer) deliverQueued() {
	for waiting := w.takeQueued(nil); len(waiting) > 0; waiting = w.takeQueued(waiting) {
		var batch []*delivery.Pending
		batch, waiting = w.cutBatch(waiting)
		w.startBatch(context.Background(), batch)
	}
}

// startBatch starts to send a batch, and returns when the next batch may be sent. The next batch
// may be sent when this batch has committed, when an attempt to send it has failed, or when it runs
// for too long. The transactions of two batches may therefore overlap; the append lock gives them
// one order.
func (w *Writer) startBatch(ctx context.Context, batch []*delivery.Pending) {
	next := make(chan struct{}, 1)
	w.batches <- func() {
		w.config.Deliverer.Deliver(ctx, batch, func() {
			select {
			case next <- struct{}{}:
			default:
			}
		})
	}
	overdue := time.NewTimer(lock.OverdueAfter)
	defer overdue.Stop()
	select {
	case <-next:
	case <-overdue.C:
	}
}

// takeQueued moves chains of appends from the queue to the given list, until the list has MaxBatch
// chains of appends. takeQueued does not wait for further chains of appends, because under load
// enough chains of appends are queued while the previous batch is sent.
func (w *Writer) takeQueued(waiting []*delivery.Pending) []*delivery.Pending {
	for len(waiting) < w.config.MaxBatch {
		select {
		case p := <-w.queue:
			waiting = append(waiting, p)
		default:
			return waiting
		}
	}
	return waiting
}

// cutBatch chooses, from the waiting chains of appends, a batch that can be sent in one
// transaction, and returns the others as the rest. A chain of appends goes to the rest if it
// clashes with the batch (encode.Batched) or would make the batch too large; a later chain of
// appends may still join the batch. Within the batch and within the rest, the order stays the same.
func (w *Writer) cutBatch(waiting []*delivery.Pending) (batch, rest []*delivery.Pending) {
	batched, bytes := encode.NewBatched(), 0
	for _, p := range waiting {
		full := len(batch) > 0 && bytes+p.Rows.Bytes > w.config.MaxBytes
		if full || batched.Clashes(&p.Rows) {
			rest = append(rest, p)
			continue
		}
		batch = append(batch, p)
		bytes += p.Rows.Bytes
		batched.Add(&p.Rows)
	}
	return batch, rest
}
