package todo

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

const (
	atOnce = 100 // jobs that a Queue executes at the same time
	poll   = 100 * time.Millisecond
)

// Queue inserts and executes jobs.
type Queue struct {
	pool *pgxpool.Pool
	work func(ctx context.Context, number int64) error
}

// New returns a Queue that executes jobs with the function work.
func New(pool *pgxpool.Pool, work func(ctx context.Context, number int64) error) *Queue {
	return &Queue{pool, work}
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
		claimed, err := q.claim(ctx)
		if err == nil && len(claimed) > 0 {
			err = q.remove(context.WithoutCancel(ctx), q.execute(ctx, claimed))
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

// execute returns the ids of the jobs that have succeeded.
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
