//go:build linux

package main

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

var eventsSQL = `
	SELECT position, stream_id, version, event_id, type, coalesce((data ->> 'amount')::bigint, 0), metadata ->> 'correlation_id',
		(extract(epoch FROM recorded_at) * 1000000)::bigint, ` + digestSQL(`coalesce(data ->> 'reference', data ->> 'owner', '')`) + `,
		CASE stream_type WHEN 'customer' THEN ` + digestSQL(`coalesce(data ->> 'name', '') || ' ' || coalesce(data ->> 'email', '')`) + ` END
	FROM events WHERE position > $1 ORDER BY position LIMIT 20000`

// readEvents returns the next events behind a position.
func readEvents(ctx context.Context, conn *pgx.Conn, after int64) ([]event, error) {
	rows, err := conn.Query(ctx, eventsSQL, after)
	if err != nil {
		return nil, fmt.Errorf("read events: %w", err)
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (e event, err error) {
		var text, encrypted []byte
		if err = row.Scan(&e.position, &e.account, &e.version, &e.id, &e.kind, &e.amount, &e.key, &e.recorded, &text, &encrypted); err == nil {
			e.text = digest(text)
			copy(e.encrypted[:], encrypted) // none: it is an account's
		}
		return e, err
	})
}

// readLog returns the whole log.
func readLog(ctx context.Context, url string) (log []event, err error) {
	err = session(ctx, url, func(_ context.Context, conn *pgx.Conn) error {
		for {
			next, err := readEvents(ctx, conn, int64(len(log)))
			if err != nil || len(next) == 0 {
				return err
			}
			log = append(log, next...)
		}
	})
	return log, err
}

// observers look at the service's database from outside, all the time: one reads the
// tail of the log, the other adds all balances up.
type observers struct {
	postgres *postgres
	running  sync.WaitGroup
	end      context.CancelFunc
	head     atomic.Int64

	tail     []event
	tailSaid []string
	totals   []total
}

func startObservers(ctx context.Context, p *postgres) *observers {
	o := &observers{postgres: p}
	ctx, o.end = context.WithCancel(ctx)
	o.running.Go(func() { o.again(ctx, o.follow) })
	o.running.Go(func() { o.again(ctx, o.add) })
	return o
}

func (o *observers) stop() {
	o.end()
	o.running.Wait()
}

// again goes on on a new connection when one is lost.
func (o *observers) again(ctx context.Context, work func(context.Context, *pgx.Conn) error) {
	for ; ctx.Err() == nil; pause(ctx, 100*time.Millisecond) {
		conn, err := pgx.Connect(ctx, o.postgres.owner())
		if err != nil {
			continue
		}
		for err == nil && ctx.Err() == nil {
			err = work(ctx, conn)
		}
		_ = conn.Close(context.WithoutCancel(ctx))
	}
}

func (o *observers) follow(ctx context.Context, conn *pgx.Conn) error {
	next, err := readEvents(ctx, conn, o.head.Load())
	if err != nil {
		return err
	}
	for _, e := range next {
		if e.position != o.head.Load()+1 {
			o.tailSaid = append(o.tailSaid, fmt.Sprintf("after position %d the tail showed %d", o.head.Load(), e.position))
		}
		o.head.Store(e.position)
	}
	o.tail = append(o.tail, next...)
	pause(ctx, 100*time.Millisecond)
	return nil
}

func (o *observers) add(ctx context.Context, conn *pgx.Conn) error {
	var t total
	err := conn.QueryRow(ctx, `SELECT (SELECT position FROM checkpoints WHERE projection = 'balances'), (SELECT coalesce(sum(balance), 0)::bigint FROM balances)`).Scan(&t.at, &t.sum)
	if err == nil {
		o.totals = append(o.totals, t)
		pause(ctx, 200*time.Millisecond)
	}
	return err
}

// reach returns when the tail has shown everything.
func (o *observers) reach(ctx context.Context, head int64) error {
	for deadline := time.Now().Add(time.Minute); o.head.Load() < head; pause(ctx, 20*time.Millisecond) {
		if ctx.Err() != nil || time.Now().After(deadline) {
			return fmt.Errorf("the tail shows position %d, and the log ends at %d", o.head.Load(), head)
		}
	}
	return nil
}

// readModels returns the read tables.
func readModels(ctx context.Context, url string) (models, error) {
	m := models{
		balances: make(map[uuid.UUID]balance), statements: make(map[uuid.UUID]statement),
		owners: make(map[uuid.UUID]digest), references: make(map[place]digest),
		customers: make(map[uuid.UUID]customer),
	}
	err := session(ctx, url, func(ctx context.Context, conn *pgx.Conn) error {
		var id uuid.UUID
		var b balance
		var text []byte
		rows, _ := conn.Query(ctx, `SELECT account_id, balance, version, status, `+digestSQL(`owner`)+` FROM balances`)
		_, err := pgx.ForEachRow(rows, []any{&id, &b.amount, &b.version, &b.status, &text}, func() error {
			m.balances[id], m.owners[id] = b, digest(text)
			return nil
		})
		if err != nil {
			return fmt.Errorf("read balances: %w", err)
		}
		var s statement
		rows, _ = conn.Query(ctx, `
			SELECT s.account_id, count(l), coalesce(sum(CASE l.kind WHEN 'deposit' THEN l.amount ELSE -l.amount END), 0)::bigint, s.balance
			FROM statements s LEFT JOIN statement_lines l USING (account_id) GROUP BY s.account_id`)
		_, err = pgx.ForEachRow(rows, []any{&id, &s.lines, &s.sum, &s.last}, func() error {
			m.statements[id] = s
			return nil
		})
		if err != nil {
			return fmt.Errorf("read statements: %w", err)
		}
		var version int64
		rows, _ = conn.Query(ctx, `SELECT account_id, version, `+digestSQL(`reference`)+` FROM statement_lines WHERE length(reference) > 100`)
		_, err = pgx.ForEachRow(rows, []any{&id, &version, &text}, func() error {
			m.references[place{id, version}] = digest(text)
			return nil
		})
		if err != nil {
			return fmt.Errorf("read references: %w", err)
		}
		var c customer
		rows, _ = conn.Query(ctx, `SELECT customer_id, status, version, `+digestSQL(`name || ' ' || email`)+` FROM customers`)
		_, err = pgx.ForEachRow(rows, []any{&id, &c.status, &c.version, &text}, func() error {
			c.encrypted = digest(text)
			m.customers[id] = c
			return nil
		})
		if err != nil {
			return fmt.Errorf("read customers: %w", err)
		}
		return conn.QueryRow(ctx, `SELECT (SELECT count(*) FROM parked_streams) + (SELECT count(*) FROM dead_messages)`).Scan(&m.parked)
	})
	return m, err
}
