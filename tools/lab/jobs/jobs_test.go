// Package jobs_test compares the library River with a queue on a table of our own (decision 28).
// This command runs all benchmarks:
//
//	go run ./cmd/dev test -count=1 -timeout 30m -run '^$' -bench . -benchtime 1x ./tools/lab/jobs
package jobs_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/rig"
	"example.com/pgcqrs/engine/enginetest/testdb"
	"example.com/pgcqrs/tools/lab/jobs/onriver"
	"example.com/pgcqrs/tools/lab/jobs/todo"
)

type queue interface {
	Insert(ctx context.Context, tx pgx.Tx, numbers []int64, due time.Time) error
	Run(ctx context.Context) error
}

type contestant struct {
	name    string
	prepare func(ctx context.Context, pool *pgxpool.Pool) error
	fill    func(ctx context.Context, pool *pgxpool.Pool, timers int) error
	open    func(pool *pgxpool.Pool, work func(ctx context.Context, number int64) error) (queue, error)
}

var contestants = []contestant{
	{"river", onriver.Prepare, onriver.Fill, func(pool *pgxpool.Pool, work func(context.Context, int64) error) (queue, error) {
		return onriver.New(pool, work)
	}},
	{"table", todo.Prepare, todo.Fill, func(pool *pgxpool.Pool, work func(context.Context, int64) error) (queue, error) {
		return todo.New(pool, work), nil
	}},
}

// each runs a benchmark for each of the two queues (the contestants).
func each(b *testing.B, measure func(b *testing.B, c contestant)) {
	b.Helper()
	for _, c := range contestants {
		b.Run(c.name, func(b *testing.B) { measure(b, c) })
	}
}

// bench is a database with a checkpoint, and a queue whose jobs insert one row each.
type bench struct {
	url     string
	pool    *pgxpool.Pool
	queue   queue
	next    int64 // number of the next job
	done    atomic.Int64
	started func(number int64) // is called when a job starts
}

// set returns a bench whose queue does not run yet.
func set(b *testing.B, c contestant) *bench {
	b.Helper()
	s := &bench{url: testdb.New(b), started: func(int64) {}}
	s.pool = rig.Connect(b, s.url)
	if err := c.prepare(b.Context(), s.pool); err != nil {
		b.Fatal(err)
	}
	rig.Do(b, s.pool, `CREATE TABLE checkpoint (position bigint)`)
	rig.Do(b, s.pool, `INSERT INTO checkpoint VALUES (0)`)
	rig.Do(b, s.pool, `CREATE TABLE executed (number bigint PRIMARY KEY)`)
	q, err := c.open(s.pool, s.execute)
	if err != nil {
		b.Fatal(err)
	}
	s.queue = q
	return s
}

// run executes jobs until the benchmark ends, or until stop is called.
func (s *bench) run(b *testing.B) (stop func() error) {
	b.Helper()
	return await.Background(b, s.queue.Run)
}

// execute executes the command of a job: one INSERT in a transaction.
func (s *bench) execute(ctx context.Context, number int64) error {
	s.started(number)
	err := pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO executed VALUES ($1)`, number)
		return err
	})
	if err == nil {
		s.done.Add(1)
	}
	return err
}

// react moves the checkpoint and inserts jobs, both in one transaction. It returns the time at
// which the commit began.
func (s *bench) react(b *testing.B, jobs int, due time.Time) (committed time.Time) {
	b.Helper()
	numbers := make([]int64, jobs)
	for i := range numbers {
		numbers[i] = s.next
		s.next++
	}
	ctx := b.Context()
	err := pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `UPDATE checkpoint SET position = position + 1`); err != nil {
			return err
		}
		err := s.queue.Insert(ctx, tx, numbers, due)
		committed = time.Now()
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return committed
}

// finish waits until all jobs are done.
func (s *bench) finish(b *testing.B) {
	b.Helper()
	for deadline := time.Now().Add(5 * await.Within); s.done.Load() < s.next; {
		if time.Now().After(deadline) {
			b.Fatalf("%d of %d jobs are done", s.done.Load(), s.next)
		}
		<-time.After(time.Millisecond)
	}
}
