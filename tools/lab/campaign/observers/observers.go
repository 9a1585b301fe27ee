//go:build linux

package observers

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/tools/lab/campaign/cluster"
	"example.com/pgcqrs/tools/lab/campaign/history"
	"example.com/pgcqrs/tools/lab/campaign/interval"
)

// Observers continuously read the service's database by their own SQL queries, and not through the
// service's programs. One observer reads the new events of the log, another observer adds up all
// balances.
type Observers struct {
	postgres *cluster.Cluster
	running  sync.WaitGroup
	end      context.CancelFunc
	Head     atomic.Int64

	Tail     []history.Event
	TailAt   []time.Time // when the observer had read each of them
	TailSaid []string
	Totals   []history.Total
}

func Start(ctx context.Context, p *cluster.Cluster) *Observers {
	o := &Observers{postgres: p}
	ctx, o.end = context.WithCancel(ctx)
	o.running.Go(func() { o.again(ctx, o.follow) })
	o.running.Go(func() { o.again(ctx, o.add) })
	return o
}

func (o *Observers) Stop() {
	o.end()
	o.running.Wait()
}

// again calls the function work with a connection. Whenever the connection is lost, again calls
// work with a new connection.
func (o *Observers) again(ctx context.Context, work func(context.Context, *pgx.Conn) error) {
	for ; ctx.Err() == nil; interval.Pause(ctx, 100*time.Millisecond) {
		conn, err := pgx.Connect(ctx, o.postgres.Owner())
		if err != nil {
			continue
		}
		for err == nil && ctx.Err() == nil {
			err = work(ctx, conn)
		}
		_ = conn.Close(context.WithoutCancel(ctx))
	}
}

func (o *Observers) follow(ctx context.Context, conn *pgx.Conn) error {
	next, err := readEvents(ctx, conn, o.Head.Load())
	if err != nil {
		return err
	}
	for _, e := range next {
		if e.Position != o.Head.Load()+1 {
			o.TailSaid = append(o.TailSaid, fmt.Sprintf("after position %d the tail showed %d", o.Head.Load(), e.Position))
		}
		o.Head.Store(e.Position)
	}
	o.Tail = append(o.Tail, next...)
	for now := time.Now(); len(o.TailAt) < len(o.Tail); {
		o.TailAt = append(o.TailAt, now)
	}
	interval.Pause(ctx, 20*time.Millisecond)
	return nil
}

func (o *Observers) add(ctx context.Context, conn *pgx.Conn) error {
	var t history.Total
	err := conn.QueryRow(ctx, `SELECT (SELECT position FROM checkpoints WHERE projection = 'balances'), (SELECT coalesce(sum(balance), 0)::bigint FROM balances)`).Scan(&t.At, &t.Sum)
	if err == nil {
		o.Totals = append(o.Totals, t)
		interval.Pause(ctx, 200*time.Millisecond)
	}
	return err
}

// Reach waits until the observer that follows the log has read all events up to the position head.
func (o *Observers) Reach(ctx context.Context, head int64) error {
	for deadline := time.Now().Add(time.Minute); o.Head.Load() < head; interval.Pause(ctx, 20*time.Millisecond) {
		if ctx.Err() != nil || time.Now().After(deadline) {
			return fmt.Errorf("the tail shows position %d, and the log ends at %d", o.Head.Load(), head)
		}
	}
	return nil
}
