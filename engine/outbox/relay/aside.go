package relay

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/outbox/dead"
)

// countRefusals remembers that the broker refused messages, and sets those aside that
// it has refused too often. In the database, so that neither a restart nor another
// relay begins anew.
func (w *worker) countRefusals(ctx context.Context) error {
	if len(w.refused) == 0 {
		return nil
	}
	defer clear(w.refused)
	var died []dead.Died
	err := w.withDead(ctx, func(ctx context.Context, tx pgx.Tx) (err error) {
		died, err = dead.CountRefusals(ctx, tx, w.refused, w.config.Attempts)
		return err
	})
	if err != nil {
		return fmt.Errorf("count refused messages: %w", err)
	}
	for _, m := range died {
		w.held.Release(m.StreamID)
		w.dead.Add(m.StreamID, m.Position)
		w.config.Logger.Error("a message that the broker refuses is set aside, with its stream's later ones: see ops messages list", "stream", m.StreamID)
	}
	return nil
}

// setAsideBehind moves some of the messages that stand behind dead ones, of a part of the outbox that
// it can go through in time. Each is moved once, and those of other streams wait for no more than a batch of them.
func (w *worker) setAsideBehind(ctx context.Context) error {
	if len(w.dead) == 0 {
		return nil
	}
	var moved dead.Moved
	first, step, began := w.dead.First(), w.cursor.Step(), time.Now()
	err := w.withDead(ctx, func(ctx context.Context, tx pgx.Tx) (err error) {
		moved, err = dead.SetAsideBehind(ctx, tx, w.dead.All(), first, step)
		if errors.Is(err, context.DeadlineExceeded) { // and not where the COMMIT waits for a standby
			w.cursor.TooLong(step, time.Since(began))
		}
		return err
	})
	switch {
	case err != nil:
		return fmt.Errorf("set messages aside: %w", err)
	case w.busy:
	case moved.All && first+step > moved.Head:
		w.allAside()
	case moved.All:
		w.dead.Moved(first + step - 1)
	default:
		w.dead.Moved(moved.Last)
	}
	return nil
}

// allAside notes that nothing of dead streams waits any more. What was redriven of them since, and a
// read that left them out could not see, the next read finds from the start on.
func (w *worker) allAside() {
	clear(w.dead)
	if w.missed {
		w.cursor.Restart()
		w.missed = false
	}
}

// withDead runs work in a transaction that has the dead messages to itself. If
// somebody else is at them it does nothing: there is a next time.
func (w *worker) withDead(ctx context.Context, work func(ctx context.Context, tx pgx.Tx) error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), w.config.ReadFor)
	defer cancel()
	err := pgx.BeginFunc(ctx, w.conn, func(tx pgx.Tx) error { return dead.Alone(ctx, tx, work) })
	if w.busy = errors.Is(err, dead.ErrBusy); w.busy {
		return nil
	}
	return err
}
