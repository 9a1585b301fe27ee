package projection

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/database"
	"example.com/pgcqrs/engine/event"
)

// projection is one consumer of the log, with a checkpoint of its own.
type projection struct {
	*Projector
	name   string
	stage  stage // of its tables; empty: they are in service
	apply  Apply
	tables []string
	strict bool // nothing is parked: an event that can't be applied is an error
	wake   <-chan struct{}
	logger *slog.Logger

	stopped bool // it was said that the projection stands still
}

// errBrokenLog says that the log is not what it promises to be. Going on would
// build wrong answers on it.
var errBrokenLog = errors.New("the log has a hole")

const maxBackoff = 5 * time.Second

// run takes the projection whenever it is free, and keeps it up to date.
func (p *projection) run(ctx context.Context) error {
	const minBackoff = 50 * time.Millisecond
	backoff := minBackoff
	for ctx.Err() == nil {
		moved := false
		err := p.enroll(ctx)
		if err == nil {
			err = database.Hold(ctx, p.pool, lockOf(p.name), func(ctx context.Context, conn *pgx.Conn) error {
				return p.follow(ctx, conn, &moved)
			})
		}
		switch {
		case ctx.Err() != nil:
			return nil
		case errors.Is(err, errBrokenLog):
			return fmt.Errorf("project %s: %w", p.name, err)
		case moved:
			backoff = minBackoff
		}
		p.metrics.failures.WithLabelValues(p.name).Inc()
		p.logger.Error("projection interrupted, trying again", "error", err, "retry_in", backoff)
		sleep(ctx, backoff)
		backoff = min(2*backoff, maxBackoff)
	}
	return nil
}

// follow projects what there is, waits for more, and so on. moved becomes true when
// the checkpoint does. While there is nothing to do it reads the checkpoint again
// and again, which keeps its hold on the lock, and shows a session that was ended.
func (p *projection) follow(ctx context.Context, conn *pgx.Conn, moved *bool) error {
	p.logger.Info("projection taken")
	p.metrics.held.WithLabelValues(p.name).Set(1)
	defer p.metrics.letGo(p.name)
	for at := (*checkpoint)(nil); ; {
		here, count, err := p.step(ctx, conn, at)
		at = here
		if errors.Is(err, errAhead) {
			p.standStill(ctx, err)
			continue
		}
		if err != nil {
			return err
		}
		p.stopped = false
		if !at.built && count == 0 {
			if err := p.markBuilt(ctx, conn, at); err != nil {
				return err
			}
		}
		if count == 0 {
			p.wait(ctx)
			at = nil
			continue
		}
		*moved = true
		sleep(ctx, p.lull(count))
	}
}

// lull is how long to let the next batch gather. A transaction for each append would
// cost the database more than the appends: the busier the log, the longer the lull,
// up to 20 ms; none where single events come or where a full batch shows a backlog.
func (p *projection) lull(count int) time.Duration {
	if count <= 4 || count == p.config.MaxBatch {
		return 0
	}
	return min(time.Duration(count)*400*time.Microsecond, 20*time.Millisecond)
}

// step projects one batch from a checkpoint on, which it reads first if it is nil. It returns the
// checkpoint, which has moved behind the batch, and how many events there were.
func (p *projection) step(ctx context.Context, conn *pgx.Conn, at *checkpoint) (here *checkpoint, count int, err error) {
	ctx, cancel := context.WithTimeout(ctx, p.config.Timeout)
	defer cancel()
	if at == nil {
		if at, err = p.checkpoint(ctx, conn); err != nil {
			return nil, 0, err
		}
	}
	batch, err := p.next(ctx, conn, at.position)
	if err != nil || len(batch) == 0 {
		return at, 0, err
	}
	return at, len(batch), p.advance(ctx, conn, at, batch)
}

// next reads what follows a position, and holds the log to its promise: positions
// follow each other without a hole. It reads on the held connection: on another one
// it would be silent for as long, and lose the lock to whoever waits.
func (p *projection) next(ctx context.Context, conn *pgx.Conn, position int64) ([]event.Recorded, error) {
	batch, err := p.log.AfterOn(ctx, conn, position, p.config.MaxBatch)
	if err != nil {
		return nil, err
	}
	for _, e := range batch {
		if position++; e.Position != position {
			return nil, fmt.Errorf("%w: position %d where %d was due", errBrokenLog, e.Position, position)
		}
	}
	return batch, nil
}

// wait returns at a hint, or at the poll that holds without one, and in any case
// before whoever stands by takes us for dead.
func (p *projection) wait(ctx context.Context) {
	select {
	case <-ctx.Done():
	case <-p.wake:
	case <-time.After(min(p.config.Poll, database.StallAfter/2)):
	}
}

// checkpoint is where a projection is: how far in the log, and which streams it
// goes on without.
type checkpoint struct {
	position int64
	parkings int64
	built    bool               // it has been at the log's end
	parked   map[uuid.UUID]bool // whether it waits for the stream: false if that was discarded
}

// waiting is how many streams the projection waits for.
func (c *checkpoint) waiting() int {
	count := 0
	for _, waits := range c.parked {
		if waits {
			count++
		}
	}
	return count
}

// checkpoint reads where the projection is.
func (p *projection) checkpoint(ctx context.Context, conn *pgx.Conn) (*checkpoint, error) {
	const here = `
		SELECT position, parkings, built_at IS NOT NULL, ahead_of IS NOT NULL OR ` + aheadSQL + ` FROM checkpoints c WHERE projection = $1`
	const parked = `SELECT stream_id, discarded_at IS NULL FROM parked_streams WHERE projection = $1`
	const noted = `SELECT coalesce((SELECT last_position FROM applied_ranges WHERE projection = $1 ORDER BY first_position DESC LIMIT 1), 0)`
	at := &checkpoint{parked: make(map[uuid.UUID]bool)}
	var notedTo int64
	var ahead bool
	look := &pgx.Batch{}
	look.Queue(noted, p.name).QueryRow(func(row pgx.Row) error { return row.Scan(&notedTo) }) // before the checkpoint, which may move on
	look.Queue(here, p.name).QueryRow(func(row pgx.Row) error { return row.Scan(&at.position, &at.parkings, &at.built, &ahead) })
	look.Queue(parked, p.name).Query(func(rows pgx.Rows) error {
		var id uuid.UUID
		var waits bool
		_, err := pgx.ForEachRow(rows, []any{&id, &waits}, func() error {
			at.parked[id] = waits
			return nil
		})
		return err
	})
	if err := conn.SendBatch(ctx, look).Close(); err != nil {
		return nil, fmt.Errorf("read checkpoint: %w", err)
	}
	p.metrics.parked.WithLabelValues(p.name).Set(float64(at.waiting()))
	if ahead {
		return nil, p.stop(ctx, conn, at)
	}
	if notedTo > at.position {
		return at, p.forgetBeyond(ctx, conn, at.position)
	}
	return at, nil
}

// markBuilt says that the projection is at the end of a log in which there was nothing for
// it to do: from now on it is read.
func (p *projection) markBuilt(ctx context.Context, conn *pgx.Conn, at *checkpoint) error {
	const sql = `UPDATE checkpoints SET built_at = clock_timestamp() WHERE projection = $1 AND built_at IS NULL`
	ctx, cancel := context.WithTimeout(ctx, p.config.Timeout)
	defer cancel()
	if _, err := conn.Exec(ctx, sql, p.name); err != nil {
		return fmt.Errorf("mark projection as built: %w", err)
	}
	at.built = true
	return nil
}

func sleep(ctx context.Context, d time.Duration) {
	if d == 0 {
		return
	}
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}
