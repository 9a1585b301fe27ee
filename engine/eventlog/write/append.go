package write

import (
	"context"
	"errors"
	"fmt"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog/delivery"
)

// Append appends all of a, or nothing. It returns once the events are durable. Its errors are those
// of AppendAll.
func (w *Writer) Append(ctx context.Context, a event.Append) (event.Appended, error) {
	appended, err := w.AppendAll(ctx, []event.Append{a})
	if err != nil {
		return event.Appended{}, err
	}
	return appended[0], nil
}

// AppendAll appends a chain, in order, all or nothing: a later append may build on the version that
// an earlier one leads to. It returns once everything is durable.
//
// Errors: only event.ErrUnknownOutcome says that the chain may have been appended, or may still be.
// If ctx ends, AppendAll stops waiting; what was already sent goes on. After any other error, such
// as event.ErrConflict, event.ErrLogChanged, event.ErrAnswered, event.ErrOverloaded and
// event.ErrUnavailable, nothing was appended.
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

// mostKeys bounds how often a chain is encrypted again because its keys have changed.
const mostKeys = 6

// encode returns a Pending of a chain.
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

// inTime adds to an error that the time was up before anything was sent.
func inTime(ctx context.Context, err error) error {
	if ctx.Err() == nil || errors.Is(err, event.ErrUnavailable) {
		return err
	}
	return fmt.Errorf("%w: %w", event.ErrUnavailable, err)
}

// stopWaiting withdraws an append whose caller stops waiting, and returns its outcome.
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

// takeLastOutcome returns the outcome of an append that raced with the end of Run.
func takeLastOutcome(p *delivery.Pending) ([]event.Appended, error) {
	select {
	case out := <-p.Outcome():
		return out.Appended, out.Err
	default:
		return nil, event.ErrUnavailable
	}
}
