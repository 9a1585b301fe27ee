package workflow_test

import (
	"context"
	"math/rand/v2"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/pump"
	"example.com/pgcqrs/engine/enginetest/rig"
)

// breaker makes one statement fail. It counts the statements of transactions, including BEGIN: if
// the field left is n, the n-th of the next statements fails. If the field lost is true, the next
// COMMIT fails, but only after the database has committed.
type breaker struct {
	left  atomic.Int64 // 0: fails nothing
	lost  atomic.Bool
	fired atomic.Int64
}

func (b *breaker) through(ctx context.Context, conn *pgx.Conn, sql string) context.Context {
	if sql != "begin" && conn.PgConn().TxStatus() != 'T' {
		return ctx
	}
	if sql == "commit" && b.lost.CompareAndSwap(true, false) {
		_ = conn.PgConn().Exec(ctx, "commit").Close() // if this fails, events are missing afterwards, and the test fails
	} else if b.left.Load() == 0 || b.left.Add(-1) > 0 {
		return ctx
	}
	b.fired.Add(1)
	ctx, cancel := context.WithCancelCause(ctx)
	cancel(errDead)
	return ctx
}

// TraceQueryStart counts a statement, and makes the n-th one fail.
func (b *breaker) TraceQueryStart(ctx context.Context, conn *pgx.Conn, data pgx.TraceQueryStartData) context.Context {
	return b.through(ctx, conn, data.SQL)
}

// TraceQueryEnd implements pgx.QueryTracer.
func (b *breaker) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

// TraceBatchStart counts a batch as one statement, and makes the batch fail if it is the n-th
// statement.
func (b *breaker) TraceBatchStart(ctx context.Context, conn *pgx.Conn, data pgx.TraceBatchStartData) context.Context {
	return b.through(ctx, conn, data.Batch.QueuedQueries[0].SQL)
}

// TraceBatchQuery implements pgx.BatchTracer.
func (b *breaker) TraceBatchQuery(context.Context, *pgx.Conn, pgx.TraceBatchQueryData) {}

// TraceBatchEnd implements pgx.BatchTracer.
func (b *breaker) TraceBatchEnd(context.Context, *pgx.Conn, pgx.TraceBatchEndData) {}

// Guarantee 11: the state of an instance, the jobs of a reaction and the checkpoint are stored
// together or not at all. This is true whichever statement of the transaction fails, and also if
// the answer to COMMIT is lost.
func TestAReactionIsAllOrNothing(t *testing.T) {
	t.Parallel()
	p := newPlant(t)
	from, to := p.vessel(1000, 1000), p.vessel(1000, 0)
	b := &breaker{}
	config := p.config()
	config.Reacts = rig.Traced(t, p.url, b)
	p.run(config)
	moved := 0
	move := func() {
		id := p.ask(from, to, 1)
		moved++
		p.becomes(id, pump.IsEmptied)
		idle(t, p.pool, "pumping")
	}
	move()
	for n := int64(1); ; n++ {
		b.left.Store(n)
		move()
		if b.left.Swap(0) > 0 && n > 20 {
			break // the transactions of a pump have fewer statements
		}
	}
	b.lost.Store(true)
	move()
	if fired := b.fired.Load(); fired < 20 {
		t.Errorf("%d statements failed, want all of the transactions of a pump, and a lost answer", fired)
	}
	p.checkOnce()
	if p.level(from) != 1000-moved || p.level(to) != moved {
		t.Errorf("the vessels have %d and %d after %d pumps", p.level(from), p.level(to), moved)
	}
}

// checkOnce checks that no part of a reaction has two jobs, and that no pump has moved water twice.
func (p *plant) checkOnce() {
	p.t.Helper()
	const jobs = `SELECT count(*) FROM (SELECT FROM river_job GROUP BY args->'cause'->>'workflow', args->'cause'->>'instance', args->'cause'->>'position', args->'cause'->>'number' HAVING count(*) > 1) twice`
	if twice := rig.One[int](p.t, p.pool, jobs); twice > 0 {
		p.t.Errorf("%d parts of reactions have two jobs", twice)
	}
	const water = `SELECT count(*) FROM (SELECT FROM events WHERE stream_type = 'vessel' GROUP BY type, data HAVING count(*) > 1 AND data->>'Pump' <> $1) twice`
	if twice := rig.One[int](p.t, p.pool, water, uuid.Nil.String()); twice > 0 {
		p.t.Errorf("%d pumps have taken, put or given back twice", twice)
	}
}

// A worker dies after it has appended the events of its jobs, and before it has marked the jobs as
// completed. Another process executes these jobs again, but nothing happens twice.
func TestAWorkerDiesBetweenAppendAndCompletion(t *testing.T) {
	t.Parallel()
	p := newPlant(t)
	from, to := p.vessel(100, 100), p.vessel(100, 0)
	m := p.process(func(m *mortal) { m.never = "JobSetState" })
	m.run(p.config())
	ids := []uuid.UUID{p.ask(from, to, 30), p.ask(from, to, 199), p.ask(from, uuid.New(), 5)} // whichever comes first, only 199 is too much
	p.becomes(ids[0], pump.IsEmptied)
	p.becomes(ids[1], pump.IsRefused)
	p.becomes(ids[2], pump.IsReturned)
	m.kill()
	head := rig.Head(t, p.pool)
	if open := rig.One[int](t, p.pool, `SELECT count(*) FROM river_job WHERE state = 'running'`); open < 10 {
		t.Errorf("%d jobs are not completed, want all", open)
	}
	p.run(p.config())
	idle(t, p.pool, "pumping")
	if now := rig.Head(t, p.pool); now != head {
		t.Errorf("jobs that were done again have appended %d events", now-head)
	}
	p.checkOnce()
}

// Guarantee 11: several processes share the work, and two of them die, one after the other, at a
// random statement. In the end each pump has ended once, and the amount of water is the same as at
// the beginning.
func TestNoWaterIsLostWhenProcessesDie(t *testing.T) {
	t.Parallel()
	const pumps, vessels, each = 200, 5, 200
	p := newPlant(t)
	var tanks, ids []uuid.UUID
	for range vessels {
		tanks = append(tanks, p.vessel(each+50, each))
	}
	p.run(p.config())
	for victim := range 2 {
		var statements atomic.Int64
		deadly := int64(300 + rand.N(300))
		m := p.process(func(m *mortal) {
			m.dies = func(sql string) bool {
				return !strings.Contains(sql, "pg_stat_activity") && statements.Add(1) >= deadly && m.dead.CompareAndSwap(false, true)
			}
		})
		m.run(p.config())
		for i := range pumps / 2 {
			ids = append(ids, p.ask(tanks[i%vessels], tanks[(i+1+victim)%vessels], 1+rand.N(40)))
		}
		await.True(t, "the process has died", m.dead.Load)
		m.kill()
	}
	idle(t, p.pool, "pumping")
	ended := make(map[pump.Status]int)
	for _, id := range ids {
		ended[p.status(id)]++
	}
	t.Logf("the pumps have ended: %v", ended)
	if done := ended[pump.IsEmptied] + ended[pump.IsRefused] + ended[pump.IsReturned] + ended[pump.IsExpired]; done != pumps || ended[pump.IsEmptied] == 0 {
		t.Errorf("the pumps have ended %v, want all %d, and some with their water moved", ended, pumps)
	}
	total := 0
	for _, id := range tanks {
		total += p.level(id)
	}
	if total != vessels*each {
		t.Errorf("there are %d of water, want %d", total, vessels*each)
	}
	p.checkOnce()
	if twice := rig.One[int](t, p.pool, `SELECT count(*) - count(DISTINCT event_id) FROM events`); twice > 0 {
		t.Errorf("%d ids are used twice", twice)
	}
}
