package todo

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// poll is the interval at which a Queue looks for timers that are due. It has to look, because
// PostgreSQL sends no notification when a timer becomes due.
const poll = 100 * time.Millisecond

// Queue inserts and executes jobs.
type Queue struct {
	pool *pgxpool.Pool
	work func(ctx context.Context, number int64) error
}

// New returns a Queue that executes jobs with the function work.
func New(pool *pgxpool.Pool, work func(ctx context.Context, number int64) error) *Queue {
	return &Queue{pool, work}
}

// Insert adds a job for each number. If due is the zero time, the jobs are due now.
func (q *Queue) Insert(ctx context.Context, tx pgx.Tx, numbers []int64, due time.Time) error {
	const sql = `
		WITH woken AS (SELECT pg_notify('todo', ''))
		INSERT INTO todo (due, args)
		SELECT coalesce($1, now()), jsonb_build_object('number', number) FROM woken, unnest($2::bigint[]) AS number`
	var at *time.Time
	if !due.IsZero() {
		at = &due
	}
	_, err := tx.Exec(ctx, sql, at, numbers)
	return err
}

// Run executes jobs until ctx ends.
func (q *Queue) Run(ctx context.Context) error {
	conn, err := q.pool.Acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	if _, err := conn.Exec(ctx, `LISTEN todo`); err != nil {
		return err
	}
	for ctx.Err() == nil {
		claimed, err := claim(ctx, q.pool)
		if err == nil && len(claimed) > 0 {
			err = remove(context.WithoutCancel(ctx), q.pool, q.execute(ctx, claimed))
		}
		if err != nil && ctx.Err() == nil {
			return err
		}
		if len(claimed) > 0 {
			continue
		}
		wait, cancel := context.WithTimeout(ctx, poll)
		_, err = conn.Conn().WaitForNotification(wait)
		cancel()
		if err != nil && !errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil {
			return err
		}
	}
	return nil
}

// execute executes the jobs, and returns the ids of the jobs that have succeeded.
func (q *Queue) execute(ctx context.Context, claimed []job) (done []int64) {
	var mu sync.Mutex
	var all sync.WaitGroup
	for _, j := range claimed {
		all.Go(func() {
			if q.work(ctx, j.Number) != nil {
				return
			}
			mu.Lock()
			defer mu.Unlock()
			done = append(done, j.ID)
		})
	}
	all.Wait()
	return done
}
