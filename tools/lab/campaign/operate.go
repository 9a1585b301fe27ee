//go:build linux

package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// operatorFor is how long an operator tries to mend what a fault has left.
const operatorFor = 2 * time.Minute

// refuseMessages has the broker refuse every message, so that some are set aside as dead, and
// is then the operator who sends them again.
func refuseMessages(ctx context.Context, w *world, _ int, random *rand.Rand) error {
	if err := w.broker.refuse(ctx, between(random, time.Second, 3*time.Second)); err != nil {
		return err
	}
	return w.operate(ctx, `SELECT count(*) FROM dead_messages`, "messages", "redrive")
}

// park puts a line into an account's statement that is not its own, so that the projection
// parks the stream there. Everybody who asks for it then is to be told. Then it is the operator
// who finds it, sometimes discards the stream first, takes the line away, and has the projection catch up.
func park(ctx context.Context, w *world, _ int, random *rand.Rand) error {
	const foreign = `
		INSERT INTO statement_lines (account_id, version, position, kind, amount, balance, reference, occurred_at)
		SELECT stream_id, max(version) + 2, max(position), 'deposit', 1, 0, 'not its own', now()
		FROM (SELECT stream_id, version, position FROM events ORDER BY position DESC LIMIT 100) newest
		GROUP BY stream_id ORDER BY count(*) DESC, stream_id LIMIT 1
		RETURNING account_id`
	stream, err := one[uuid.UUID](ctx, w.postgres.owner(), foreign)
	if err != nil {
		return err
	}
	w.history.touch(stream)
	parked := fmt.Sprintf(`SELECT count(*) FROM parked_streams WHERE projection = 'statements' AND stream_id = '%s'`, stream)
	until, is := time.Now().Add(between(random, 2*time.Second, 8*time.Second)), false
	for time.Now().Before(until) && ctx.Err() == nil {
		if at, err := w.parked(ctx, stream); err == nil && !is {
			is = true
			w.askParked(ctx, stream, at)
		}
		pause(ctx, 200*time.Millisecond)
	}
	if is && random.IntN(2) == 0 {
		_ = finish(ctx, w.program("ops", w.operator(), "projections", "discard", "-yes", "-note", "the campaign", "statements", stream.String())) // it may go on just now
	}
	if err := w.takeAway(ctx, stream); err != nil {
		return err
	}
	if err := w.operate(ctx, parked, "projections", "retry", "statements", stream.String()); err != nil || is {
		return err
	}
	return errNotNow // nobody wrote to the account, or a rebuild took the line away
}

// takeAway removes the line that is not the account's own, whatever else happens.
func (w *world) takeAway(ctx context.Context, stream uuid.UUID) error {
	ctx = context.WithoutCancel(ctx)
	for deadline := time.Now().Add(operatorFor); ; pause(ctx, 200*time.Millisecond) {
		err := session(ctx, w.postgres.owner(), func(ctx context.Context, conn *pgx.Conn) error {
			_, err := conn.Exec(ctx, `DELETE FROM statement_lines WHERE account_id = $1 AND reference = 'not its own'`, stream)
			return err
		})
		if err == nil || time.Now().After(deadline) {
			return err
		}
	}
}

// operate runs a verb of cmd/ops until a query counts nothing any more.
func (w *world) operate(ctx context.Context, left string, verb ...string) error {
	ctx = context.WithoutCancel(ctx)
	for deadline := time.Now().Add(operatorFor); ; pause(ctx, 200*time.Millisecond) {
		count, err := one[int64](ctx, w.postgres.owner(), left)
		if err == nil && count == 0 {
			return nil
		}
		if err == nil {
			err = finish(ctx, w.program("ops", w.operator(), verb...))
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("%d are left after %v of ops %s: %w", count, operatorFor, strings.Join(verb, " "), err)
		}
	}
}

// operator is what the operator's verbs are run with: the projector's login, on the primary.
func (w *world) operator() []string {
	return []string{"DATABASE_URL=" + loginAt("projector", hostOf(w.postgres.owner())), "LOG_LEVEL=warn", w.withCopies()}
}

// touch notes that an account's statement is not to be judged before the end.
func (h *history) touch(account uuid.UUID) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.touched == nil {
		h.touched = make(map[uuid.UUID]bool)
	}
	h.touched[account] = true
}
