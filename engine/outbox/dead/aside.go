package dead

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// Aside sets messages aside for a relay: it moves them to the table dead_messages. An Aside works
// on the connection that has the relay's lock.
type Aside struct {
	conn     *pgx.Conn
	within   time.Duration    // time limit of a transaction
	attempts int              // number of refusals after which a message is set aside
	refused  map[int64]string // reasons of refusals that are not counted in the database yet, by the message's position
	streams  streams          // streams whose messages are being set aside
	missed   bool             // whether messages were redriven while reads left streams out, so that the reads may have missed them
	busy     bool             // whether another session has the lock on dead messages
}

// NewAside returns an Aside. The parameter attempts is the number of refusals after which a message
// is moved to dead_messages.
func NewAside(conn *pgx.Conn, within time.Duration, attempts int) *Aside {
	return &Aside{conn: conn, within: within, attempts: attempts, refused: make(map[int64]string), streams: make(streams)}
}

// Refuse records that the broker has refused the message at a position.
func (a *Aside) Refuse(position int64, reason string) { a.refused[position] = reason }

// Add records that the outbox has a message of a dead stream (a stream with a dead message).
func (a *Aside) Add(stream uuid.UUID, position int64) { a.streams.add(stream, position) }

// Streams returns the streams whose messages are being moved to dead_messages.
func (a *Aside) Streams() []uuid.UUID { return a.streams.all() }

// Waits reports whether MoveBehind can continue: messages are still to be moved to dead_messages,
// and no other session has the lock on dead messages.
func (a *Aside) Waits() bool { return len(a.streams) > 0 && !a.busy }

// Redriven records that, since the last read, an operator has moved messages back to the outbox. A
// read that left some streams out may have missed these messages.
func (a *Aside) Redriven() { a.missed = a.missed || len(a.streams) > 0 }

// CountRefusals counts the refusals that Refuse has recorded. If the broker has refused a message
// too often, CountRefusals moves the message to dead_messages. The count is stored in the database.
// After a restart, and in another process, the relay continues with the stored count.
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

// MoveBehind moves later messages of dead streams (streams with a dead message) to dead_messages.
// The parameter part limits how many positions of the outbox one call covers, and setAsideBatch
// limits how many messages one call moves. For this reason messages of other streams don't wait
// long. If the part is too large for the time limit, MoveBehind calls the function tooLong. If the
// next read must begin at the start of the outbox, the result restart is true.
func (a *Aside) MoveBehind(ctx context.Context, part int64, tooLong func()) (restart bool, err error) {
	if len(a.streams) == 0 {
		return false, nil
	}
	var done moved
	first := a.streams.first()
	err = a.alone(ctx, func(ctx context.Context, tx pgx.Tx) (err error) {
		done, err = setAsideBehind(ctx, tx, a.streams.all(), first, part)
		if errors.Is(err, context.DeadlineExceeded) { // the time limit of the statement; the COMMIT, which may wait for a standby, comes later
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

// finish forgets the dead streams, because the outbox has no message of these streams any more. The
// result restart is true if messages were moved back to the outbox while reads left these streams
// out. In this case the reads have missed the messages, and the next read must begin at the start
// of the outbox.
func (a *Aside) finish() (restart bool) {
	clear(a.streams)
	restart, a.missed = a.missed, false
	return restart
}

// alone runs work in a transaction that has the lock on dead messages. If another session has the
// lock, alone does nothing and sets the field busy, and the caller tries again later.
func (a *Aside) alone(ctx context.Context, work func(ctx context.Context, tx pgx.Tx) error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), a.within)
	defer cancel()
	err := pgx.BeginFunc(ctx, a.conn, func(tx pgx.Tx) error { return alone(ctx, tx, work) })
	if a.busy = errors.Is(err, errBusy); a.busy {
		return nil
	}
	return err
}
