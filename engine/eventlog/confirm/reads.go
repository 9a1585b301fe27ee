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

// Config has the settings of a value of the type Reads.
type Config struct {
	Aside      int           // number of connections of the pool that reads never take, because other code may use these connections for long
	Within     time.Duration // time limit of ConfirmNow
	ForQueries bool          // if true, the reads serve queries only and not decisions, so no read waits for a required standby
}

// Reads provides the database connections on which the log is read, and limits their number.
type Reads struct {
	pool       *pgxpool.Pool
	within     time.Duration
	forQueries bool
	free       chan struct{} // one value per running read; its capacity leaves one connection for appends
	replicated atomic.Int64  // every required standby has the log at least up to this position
}

// New returns a value of the type Reads for a pool of connections.
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

// Aside waits until a read may take a connection from the pool. Aside always leaves one connection
// for appends, because reads of many long streams must not delay appends. If ctx ends first, Aside
// returns an error. Otherwise the caller must call the returned function leave after the read.
func (r *Reads) Aside(ctx context.Context) (leave func(), err error) {
	select {
	case r.free <- struct{}{}:
		return func() { <-r.free }, nil
	case <-ctx.Done():
		return nil, fate.Unavailable(ctx.Err())
	}
}

// Confirm calls the function read with a connection of the pool. If an SQL statement of this
// function contains standby.Await, the COMMIT of the statement waits for the required (synchronous)
// standby, until the standby has everything that the statement has read. If the wait was cancelled,
// Confirm returns an error, because a promotion of the standby could lose what was read.
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

// ConfirmNow waits until the required (synchronous) standby has everything that was committed
// before the call. If the wait takes longer than Config.Within, ConfirmNow returns an error.
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

// NoticeReplicated records the position up to which the required (synchronous) standby has all
// events of the log. A committed append proves this position: the COMMIT of the append waited for
// the standby, so the standby also has everything that was committed earlier. If no standby is
// required and the log ends before the recorded position, the log went back to an earlier state.
// NoticeReplicated then drops the recorded position.
func (r *Reads) NoticeReplicated(before, after int64, required bool) {
	switch {
	case r.forQueries, before == after: // a COMMIT without a write does not wait for the standby
	case required:
		r.replicated.Store(after)
	case after < r.replicated.Load():
		r.replicated.Store(0)
	}
}

// ForQueries reports whether the connections are used only for queries, and not for reads on which
// commands are decided.
func (r *Reads) ForQueries() bool { return r.forQueries }

// Replicated returns a position up to which every required (synchronous) standby has all events.
func (r *Reads) Replicated() int64 { return r.replicated.Load() }

// ForgetReplicated drops the position that Replicated returns. The caller must call
// ForgetReplicated after the log went back to an earlier state.
func (r *Reads) ForgetReplicated() {
	if !r.forQueries {
		r.replicated.Store(0)
	}
}
