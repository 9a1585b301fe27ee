package confirm

import (
	"context"
	"fmt"
	"math"
	"sync/atomic"
	"time"

	"example.com/pgcqrs/engine/pg/standby"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/eventlog/fate"
)

// Config has the settings of Reads.
type Config struct {
	Aside      int           // connections of the pool that others may use for long: no read takes those
	Within     time.Duration // bounds ConfirmNow
	ForQueries bool          // no decision rests on what is read: no read waits for a required standby
}

// Reads hands out the connections on which the log is read.
type Reads struct {
	pool       *pgxpool.Pool
	within     time.Duration
	forQueries bool
	free       chan struct{} // one value for each connection beside the committer's
	replicated atomic.Int64  // every required standby has the log up to this position, at least
}

// New returns Reads of a pool of connections.
func New(pool *pgxpool.Pool, config Config) *Reads {
	r := &Reads{
		pool: pool, within: config.Within, forQueries: config.ForQueries,
		free: make(chan struct{}, max(1, int(pool.Config().MaxConns)-1-config.Aside)),
	}
	if config.ForQueries {
		r.replicated.Store(math.MaxInt64)
	}
	return r
}

// Aside waits until a read may take a connection from the pool, so that the committer always finds
// one: many long streams to load must not delay appends.
func (r *Reads) Aside(ctx context.Context) (leave func(), err error) {
	select {
	case r.free <- struct{}{}:
		return func() { <-r.free }, nil
	case <-ctx.Done():
		return nil, fate.Unavailable(ctx.Err())
	}
}

// Confirm runs reads on one connection, and returns once everything that those with standby.Await
// have read would survive a promotion.
func (r *Reads) Confirm(ctx context.Context, read func(conn *pgx.Conn) error) error {
	leave, err := r.Aside(ctx)
	if err != nil {
		return err
	}
	defer leave()
	conn, err := r.pool.Acquire(ctx)
	if err != nil {
		return fate.Unavailable(err)
	}
	defer conn.Release()
	if err := read(conn.Conn()); err != nil {
		return err
	}
	if err := standby.Check(conn.Conn()); err != nil {
		return fate.Unavailable(err)
	}
	return nil
}

// ConfirmNow returns once everything that was visible when it was called would survive a promotion.
func (r *Reads) ConfirmNow(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, r.within)
	defer cancel()
	err := r.Confirm(ctx, func(conn *pgx.Conn) error {
		_, err := conn.Exec(ctx, `SELECT `+standby.Await)
		return err
	})
	if err != nil {
		return fmt.Errorf("wait for the standby: %w", fate.Unavailable(err))
	}
	return nil
}

// NoticeReplicated learns from a committed flight up to which position the required standby has the
// log: its COMMIT waited for the standby, and so proves everything that was committed before. In a
// log that went back, the flight proves nothing until the next one.
func (r *Reads) NoticeReplicated(before, after int64, required bool) {
	switch {
	case r.forQueries, before == after: // an empty COMMIT does not wait
	case required:
		r.replicated.Store(after)
	case after < r.replicated.Load():
		r.replicated.Store(0)
	}
}

// Replicated returns a position up to which every required standby has the log.
func (r *Reads) Replicated() int64 { return r.replicated.Load() }

// ForgetReplicated drops the known position, since the log went back.
func (r *Reads) ForgetReplicated() {
	if !r.forQueries {
		r.replicated.Store(0)
	}
}
