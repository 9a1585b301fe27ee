package write

import (
	"context"
	"errors"
	"fmt"

	"go.opentelemetry.io/otel/trace"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog/delivery"
)

// Append writes the events of one append, the parameter a, to the log: either all events or none.
// Append returns once the events are durable, and returns the same errors as AppendAll.
func (w *Writer) Append(ctx context.Context, a event.Append) (event.Appended, error) {
	appended, err := w.AppendAll(ctx, []event.Append{a})
	if err != nil {
		return event.Appended{}, err
	}
	return appended[0], nil
}

// AppendAll writes the events of several appends, called a chain of appends, to the log in their
// order: either all events or none. An append may expect the stream version that results from an
// earlier append of the same chain of appends. AppendAll returns once all events are durable.
//
// If the error is event.ErrUnknownOutcome, the events may be in the log, or may still be written to
// it. After any other error, such as event.ErrConflict, event.ErrLogChanged, event.ErrAnswered,
// event.ErrTaken, event.ErrOverloaded or event.ErrUnavailable, nothing was appended. If ctx ends
// before the appends are sent to the database, they are never sent. If ctx ends later, AppendAll
// stops waiting, but the events may still be written to the log.
func (w *Writer) AppendAll(ctx context.Context, chain []event.Append) ([]event.Appended, error) {
	for try := 1; ; try++ {
		p, err := w.encode(ctx, chain)
		if err != nil {
			return nil, inTime(ctx, err)
		}
		appended, err := w.appendEncoded(ctx, p)
		if errors.Is(err, event.ErrTaken) {
			return nil, w.confirmTaken(ctx, err)
		}
		if !errors.Is(err, delivery.ErrKeysRefused) {
			return appended, err
		}
		for _, row := range p.Rows.Keyed { // nothing was appended, so the next attempt can use new encryption keys
			err = row.Keyed.Refused()
		}
		if try == mostKeys {
			return nil, err
		}
	}
}

// confirmTaken waits until the required (synchronous) standby has the event that gave a unique text
// to another person. Then it returns the error in the parameter taken, which says that this person
// has the text. If the wait fails, confirmTaken returns the error of the wait. Without the wait, a
// promotion of the standby could lose this event, and the text would not be taken.
func (w *Writer) confirmTaken(ctx context.Context, taken error) error {
	if unconfirmed := w.config.Reads.ConfirmNow(ctx); unconfirmed != nil {
		return unconfirmed
	}
	return taken
}

// mostKeys limits how often AppendAll encrypts the personal data of its events. If the database
// refuses the encryption keys, AppendAll encrypts again with other keys; after mostKeys attempts,
// it returns an error.
const mostKeys = 6

// encode encodes a chain of appends and returns a Pending with the result.
func (w *Writer) encode(ctx context.Context, chain []event.Append) (*delivery.Pending, error) {
	p := delivery.NewPending(w.config.History.Changes())
	p.Span = trace.SpanFromContext(ctx)
	if err := w.config.Encoder.Encode(ctx, chain, &p.Rows); err != nil {
		return nil, err
	}
	return p, nil
}

// appendEncoded queues a chain of appends and waits for its outcome.
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

// inTime adds event.ErrUnavailable to an encoding error if ctx has ended: nothing was sent to the
// database, so the caller may retry. Otherwise inTime returns the error unchanged.
func inTime(ctx context.Context, err error) error {
	if ctx.Err() == nil || errors.Is(err, event.ErrUnavailable) {
		return err
	}
	return fmt.Errorf("%w: %w", event.ErrUnavailable, err)
}

// stopWaiting withdraws appends whose caller stops waiting, and returns event.ErrUnavailable. If
// the appends were already sent, stopWaiting returns their outcome, or event.ErrUnknownOutcome if
// the outcome is not known yet.
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

// takeLastOutcome returns the outcome of appends after Run has ended. If the appends were not sent,
// takeLastOutcome returns event.ErrUnavailable.
func takeLastOutcome(p *delivery.Pending) ([]event.Appended, error) {
	select {
	case out := <-p.Outcome():
		return out.Appended, out.Err
	default:
		return nil, event.ErrUnavailable
	}
}
