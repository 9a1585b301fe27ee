package flight

import (
	"context"
	"fmt"
	"time"

	"example.com/pgcqrs/engine/pg/standby"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/eventlog/epoch"
	"example.com/pgcqrs/engine/eventlog/fate"
	"example.com/pgcqrs/engine/eventlog/lock"
)

// Sender sends flights: each flight is one transaction that appends a batch.
type Sender struct {
	pool   *pgxpool.Pool
	within time.Duration
}

// New returns a Sender. The parameter within is the time limit for sending one batch, including the
// waits for the append lock and for a standby.
func New(pool *pgxpool.Pool, within time.Duration) *Sender {
	return &Sender{pool: pool, within: within}
}

// Send sends a batch in one transaction, and returns the report on its appends. The server takes
// the append lock only after it has received the whole batch, and releases the lock without waiting
// for another message from this process. Therefore a crash of this process never blocks the appends
// of other processes.
func (s *Sender) Send(ctx context.Context, batch *Batch, rests *epoch.Basis) (*Report, error) {
	r := &Report{}
	batch.columns.restOn(rests)
	err := s.transmit(ctx, func(ctx context.Context, conn *pgx.Conn) error {
		var text string
		sql, arguments := batch.statement()
		if err := conn.QueryRow(ctx, sql, arguments...).Scan(&text); err != nil {
			return err
		}
		return r.read(conn.TypeMap(), text)
	})
	return r, err
}

// transmit calls the function flight with a connection that no other code uses meanwhile. After an
// error, transmit closes the connection, because the state of the connection is unknown. If a
// transaction of flight was committed although the required (synchronous) standby lacks it,
// transmit also returns an error, because a promotion of the standby could undo the transaction.
func (s *Sender) transmit(ctx context.Context, flight func(ctx context.Context, conn *pgx.Conn) error) error {
	ctx, cancel := context.WithTimeout(ctx, s.within)
	defer cancel()
	conn, err := s.pool.Acquire(ctx)
	if err != nil {
		return &fate.NotSentError{Err: err}
	}
	defer conn.Release()
	defer lock.Watch(ctx, s.pool)()
	if err := flight(ctx, conn.Conn()); err != nil {
		_ = conn.Conn().Close(ctx)
		return fmt.Errorf("send flight: %w", err)
	}
	if err := standby.Check(conn.Conn()); err != nil {
		return fmt.Errorf("send flight: %w", err)
	}
	return nil
}

// Try sends an append without events, to find out whether appends would succeed. Try fails if the
// database login lacks a right that an append needs. Try also fails if the server lacks disk space
// for a temporary file of some megabytes.
func (s *Sender) Try(ctx context.Context, rests *epoch.Basis) error {
	const room = `
		SELECT count(*) FROM (SELECT repeat(md5(n::text), 32) AS text FROM generate_series(1, 4096) AS n ORDER BY text) AS sorted`
	err := s.transmit(ctx, func(ctx context.Context, conn *pgx.Conn) error {
		trial := &pgx.Batch{}
		trial.Queue("BEGIN")
		trial.Queue(`SELECT set_config('work_mem', '64kB', true)`)
		trial.Queue(room)
		trial.Queue("ROLLBACK")
		return conn.SendBatch(ctx, trial).Close()
	})
	if err != nil {
		return err
	}
	var nothing columns
	nothing.restOn(rests)
	return s.transmit(ctx, func(ctx context.Context, conn *pgx.Conn) error {
		_, err := conn.Exec(ctx, appendSQL, nothing.parameters()...)
		return err
	})
}
