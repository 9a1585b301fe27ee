package dead

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// Aside sets messages aside for a relay, on the connection that has the relay's lock.
type Aside struct {
	conn     *pgx.Conn
	within   time.Duration    // time limit of a transaction
	attempts int              // refusals after which a message is set aside
	refused  map[int64]string // reasons by the messages' positions; not counted in the database yet
	streams  streams          // whose messages are being set aside
	missed   bool             // the first read after a redrive has left dead streams out
	busy     bool             // another session works on the dead messages
}

// NewAside returns an Aside, which sets a message aside after that many refusals.
func NewAside(conn *pgx.Conn, within time.Duration, attempts int) *Aside {
	return &Aside{conn: conn, within: within, attempts: attempts, refused: make(map[int64]string), streams: make(streams)}
}

// Refuse notes that the broker has refused the message at a position.
func (a *Aside) Refuse(position int64, reason string) { a.refused[position] = reason }

// Add notes that a message of a dead stream is in the outbox.
func (a *Aside) Add(stream uuid.UUID, position int64) { a.streams.add(stream, position) }

// Streams returns the streams whose messages are being set aside.
func (a *Aside) Streams() []uuid.UUID { return a.streams.all() }

// Waits reports whether there are messages to set aside, and no other session works on the dead
// ones.
func (a *Aside) Waits() bool { return len(a.streams) > 0 && !a.busy }

// Redriven notes that messages were redriven since the last read, which left streams out.
func (a *Aside) Redriven() { a.missed = a.missed || len(a.streams) > 0 }

// CountRefusals stores that the broker refused messages, and sets those aside that it has refused
// too often. It counts in the database, so that neither a restart nor another relay begins anew.
func (a *Aside) CountRefusals(ctx context.Context) (died []Died, err error) {
	if len(a.refused) == 0 {
		return nil, nil
	}
	defer clear(a.refused)
	err = a.alone(ctx, func(ctx context.Context, tx pgx.Tx) (err error) {
		died, err = countRefusals(ctx, tx, a.refused, a.attempts)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("count refused messages: %w", err)
	}
	for _, m := range died {
		a.streams.add(m.StreamID, m.Position)
	}
	return died, nil
}

// MoveBehind moves some of the messages that follow dead ones, from a part of the outbox that it
// can scan in time: that many positions. Each is moved once, and messages of other streams wait for
// no more than one batch. It calls tooLong if the part was too large. It returns restart if the
// next read must begin at the outbox's start.
func (a *Aside) MoveBehind(ctx context.Context, part int64, tooLong func()) (restart bool, err error) {
	if len(a.streams) == 0 {
		return false, nil
	}
	var done moved
	first := a.streams.first()
	err = a.alone(ctx, func(ctx context.Context, tx pgx.Tx) (err error) {
		done, err = setAsideBehind(ctx, tx, a.streams.all(), first, part)
		if errors.Is(err, context.DeadlineExceeded) { // but not if the COMMIT waits for a standby
			tooLong()
		}
		return err
	})
	switch {
	case err != nil:
		return false, fmt.Errorf("set messages aside: %w", err)
	case a.busy:
	case done.all && first+part > done.head:
		return a.finish(), nil
	case done.all:
		a.streams.moved(first + part - 1)
	default:
		a.streams.moved(done.last)
	}
	return false, nil
}

// finish notes that no message of dead streams waits any more. If any of them was redriven since, a
// read that left them out could not see it: the next read finds it from the start on.
func (a *Aside) finish() (restart bool) {
	clear(a.streams)
	restart, a.missed = a.missed, false
	return restart
}

// alone runs work in a transaction with the lock on dead messages. If another session has the lock
// it does nothing, and the caller tries again later.
func (a *Aside) alone(ctx context.Context, work func(ctx context.Context, tx pgx.Tx) error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), a.within)
	defer cancel()
	err := pgx.BeginFunc(ctx, a.conn, func(tx pgx.Tx) error { return alone(ctx, tx, work) })
	if a.busy = errors.Is(err, errBusy); a.busy {
		return nil
	}
	return err
}
