package write

import (
	"context"
	"errors"
	"fmt"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog/delivery"
)

// Append writes all events of the append a to the log, or none of them, and returns once the events
// are durable. Append returns the errors of AppendAll.
func (w *Writer) Append(ctx context.Context, a event.Append) (event.Appended, error) {
	appended, err := w.AppendAll(ctx, []event.Append{a})
	if err != nil {
		return event.Appended{}, err
	}
	return appended[0], nil
}

// AppendAll writes the events of a chain of appends to the log in order, all of them or none. A
// later append of the chain may expect the version that an earlier append of the chain leads to.
// AppendAll returns once all events are durable.
//
// event.ErrUnknownOutcome is the only error after which the chain may have been appended, or may
// still be appended. After any other error, such as event.ErrConflict, event.ErrLogChanged,
// event.ErrAnswered, event.ErrOverloaded and event.ErrUnavailable, nothing was appended. If ctx
// ends before the chain is sent, the chain is never sent; if ctx ends during the flight, AppendAll
// stops waiting and the flight goes on.
func (w *Writer) AppendAll(ctx context.Context, chain []event.Append) ([]event.Appended, error) {
	for try := 1; ; try++ {
		p, err := w.encode(ctx, chain)
		if err != nil {
			return nil, inTime(ctx, err)
		}
		appended, err := w.appendEncoded(ctx, p)
		if !errors.Is(err, delivery.ErrKeysRefused) {
			return appended, err
		}
		for _, row := range p.Rows.Keyed { // nothing was appended: make new keys
			err = row.Keyed.Refused()
		}
		if try == mostKeys {
			return nil, err
		}
	}
}

// mostKeys is how many times AppendAll encrypts a chain before it gives up because the keys keep
// changing.
const mostKeys = 6

// encode encodes a chain and returns it as a Pending.
func (w *Writer) encode(ctx context.Context, chain []event.Append) (*delivery.Pending, error) {
	p := delivery.NewPending(w.config.History.Changes())
	if err := w.config.Encoder.Encode(ctx, chain, &p.Rows); err != nil {
		return nil, err
	}
	return p, nil
}

// appendEncoded queues a chain and waits for its outcome.
func (w *Writer) appendEncoded(ctx context.Context, p *delivery.Pending) ([]event.Appended, error) {
	select {
	case <-w.closed:
		return nil, event.ErrUnavailable
	case w.queue <- p:
	default:
		w.config.Deliverer.CountOverloaded()
		return nil, event.ErrOverloaded
	}
	select {
	case out := <-p.Outcome():
		return out.Appended, out.Err
	case <-ctx.Done():
		return stopWaiting(p, ctx.Err())
	case <-w.closed:
		return takeLastOutcome(p)
	}
}

// inTime adds event.ErrUnavailable to an error if ctx has ended, because nothing was sent before
// that. Otherwise inTime returns the error unchanged.
func inTime(ctx context.Context, err error) error {
	if ctx.Err() == nil || errors.Is(err, event.ErrUnavailable) {
		return err
	}
	return fmt.Errorf("%w: %w", event.ErrUnavailable, err)
}

// stopWaiting withdraws a chain whose caller stops waiting, and returns event.ErrUnavailable. If a
// flight already has the chain, stopWaiting returns the outcome of the chain, or
// event.ErrUnknownOutcome if there is none yet.
func stopWaiting(p *delivery.Pending, why error) ([]event.Appended, error) {
	if p.Withdraw() {
		return nil, fmt.Errorf("%w: it was not sent in time: %w", event.ErrUnavailable, why)
	}
	select {
	case out := <-p.Outcome():
		return out.Appended, out.Err
	default:
		return nil, fmt.Errorf("%w: %w", event.ErrUnknownOutcome, why)
	}
}

// takeLastOutcome returns the outcome of a chain that was queued while Run ended, or
// event.ErrUnavailable if the chain was not sent.
func takeLastOutcome(p *delivery.Pending) ([]event.Appended, error) {
	select {
	case out := <-p.Outcome():
		return out.Appended, out.Err
	default:
		return nil, event.ErrUnavailable
	}
}
