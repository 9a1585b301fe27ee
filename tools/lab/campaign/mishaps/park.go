//go:build linux

package mishaps

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/tools/lab/campaign/answers"
	"example.com/pgcqrs/tools/lab/campaign/cluster"
	"example.com/pgcqrs/tools/lab/campaign/interval"
	"example.com/pgcqrs/tools/lab/campaign/operate"
	"example.com/pgcqrs/tools/lab/campaign/requests"
	"example.com/pgcqrs/tools/lab/campaign/sample"
	"example.com/pgcqrs/tools/lab/campaign/session"
	"example.com/pgcqrs/tools/lab/campaign/world"
	"example.com/pgcqrs/tools/lab/load/drive/wire"
)

// Park inserts a line that no event has caused into an account statement, which is a read model.
// The line has the version of the account's next event. When this event comes, the projection can't
// apply it, and parks the account's stream. Park then queries every API for the parked stream, and
// records the answers. At the end, Park repairs the damage as an operator does. In half of the
// cases, it first discards the parked stream: the projection gives up the stream, and the stream's
// rows stay as they are. Then Park removes the line, and retries until the projection has applied
// the stream's events.
func Park(ctx context.Context, w *world.World, _ int, random *rand.Rand) error {
	const foreign = `
		INSERT INTO statement_lines (account_id, version, position, kind, amount, balance, reference, occurred_at)
		SELECT stream_id, max(version) + 1, max(position), 'deposit', 1, 0, 'not its own', now()
		FROM (SELECT stream_id, version, position, type FROM events WHERE stream_type = 'account' ORDER BY position DESC LIMIT 100) newest
		WHERE NOT EXISTS (SELECT FROM statements WHERE account_id = stream_id AND subject <> $$` + sample.Subject + `$$)
		GROUP BY stream_id HAVING bool_and(type <> '` + sample.Closed + `') ORDER BY count(*) DESC, stream_id LIMIT 1
		RETURNING account_id`
	stream, err := session.One[uuid.UUID](ctx, w.Postgres.Owner(), foreign)
	for deadline := time.Now().Add(toPark); err != nil && time.Now().Before(deadline) && ctx.Err() == nil; { // another fault may have hit the server
		interval.Pause(ctx, 200*time.Millisecond)
		stream, err = session.One[uuid.UUID](ctx, w.Postgres.Owner(), foreign)
	}
	if err != nil {
		return err
	}
	w.History.Touch(stream)
	is := false
	for until := time.Now().Add(toPark); !is && time.Now().Before(until) && ctx.Err() == nil; interval.Pause(ctx, 200*time.Millisecond) {
		if at, err := parkedAt(ctx, w, stream); err == nil {
			is = true
			askParked(ctx, w, stream, at)
		}
	}
	interval.Pause(ctx, interval.Between(random, time.Second, 6*time.Second))
	if is && random.IntN(2) == 0 {
		_ = world.Finish(ctx, w.Program("ops", operate.Settings(w), "projections", "discard", "-yes", "-note", "the campaign", "statements", stream.String())) // the projection may have resumed the stream already
	}
	head, err := takeAway(ctx, w, stream)
	if err != nil {
		return err
	}
	if err := operate.Until(ctx, w, waiting(stream, head), "projections", "retry", "statements", stream.String()); err != nil || is {
		return err
	}
	return cluster.ErrNotNow // no event of the account followed, or a rebuild removed the line
}

// waiting returns an SQL query that returns 0 if the projection of account statements has reached the
// position head, and the stream is not parked. A slow projection may park the stream only after Park
// has removed the line.
func waiting(stream uuid.UUID, head int64) string {
	return fmt.Sprintf(`
		SELECT (SELECT count(*) FROM parked_streams WHERE projection = 'statements' AND stream_id = '%s')
		     + (SELECT count(*) FROM checkpoints WHERE projection = 'statements' AND position < %d)`, stream, head)
}

// toPark is the longest time for which Park waits until the next event of an account comes, and the
// projection has parked the account's stream.
const toPark = 20 * time.Second

// takeAway removes the line that Park has inserted into the account statement, even if ctx has
// ended, and returns the end of the log after that.
func takeAway(ctx context.Context, w *world.World, stream uuid.UUID) (head int64, err error) {
	ctx = context.WithoutCancel(ctx)
	for deadline := time.Now().Add(operate.OperatorFor); ; interval.Pause(ctx, 200*time.Millisecond) {
		err = session.Run(ctx, w.Postgres.Owner(), func(ctx context.Context, conn *pgx.Conn) error {
			if _, err := conn.Exec(ctx, `DELETE FROM statement_lines WHERE account_id = $1 AND reference = 'not its own'`, stream); err != nil {
				return err
			}
			return conn.QueryRow(ctx, `SELECT max(position) FROM events`).Scan(&head)
		})
		if err == nil || time.Now().After(deadline) {
			return head, err
		}
	}
}

// parking describes a parked stream. The field position is the position of the event that the
// projection can't apply. The field since is the time from which on the projection has applied no
// events of the stream.
type parking struct {
	position int64
	since    time.Time
}

// parkedAt returns the position and the time at which the projection of account statements parked a
// stream, because it could not apply an event. If the stream is not parked, parkedAt returns an
// error.
func parkedAt(ctx context.Context, w *world.World, stream uuid.UUID) (p parking, err error) {
	const sql = `SELECT position, parked_at FROM parked_streams WHERE projection = 'statements' AND stream_id = $1`
	err = session.Run(ctx, w.Postgres.Owner(), func(ctx context.Context, conn *pgx.Conn) error {
		return conn.QueryRow(ctx, sql, stream).Scan(&p.position, &p.since)
	})
	return p, err
}

// askParked requests the account statement of a parked stream from every API, and records the
// answers. The projection of account statements no longer applies the events of this stream.
func askParked(ctx context.Context, w *world.World, stream uuid.UUID, at parking) {
	var all sync.WaitGroup
	got := make([]answers.ParkedRead, len(w.Apis))
	token, _ := w.Issuer.Token(sample.Subject)
	for process, api := range w.Apis {
		all.Go(func() {
			connection := wire.NewConnection(api.Address, answers.QueryFor)
			defer connection.Close()
			asked := answers.ParkedRead{Process: process, Sent: time.Since(w.History.Started)}
			answer, err := connection.Send(wire.Request{
				Method: http.MethodGet, Path: requests.PathOf(answers.Reading{Account: stream, Of: answers.OfStatement}, false), MinPosition: strconv.FormatInt(at.position, 10),
				Token: token,
			})
			asked.Done = time.Since(w.History.Started)
			if err == nil {
				asked.Status, asked.Code = answer.Status, requests.CodeOf(answer.Body)
			}
			got[process] = asked
		})
	}
	all.Wait()
	after, err := parkedAt(ctx, w, stream)
	for i := range got {
		got[i].Still = err == nil && after == at
	}
	w.History.NoteParked(got)
}
