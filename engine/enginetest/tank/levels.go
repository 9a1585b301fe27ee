package tank

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/position"
)

// levelsSQL creates the table levels, which contains the level of each tank. The table has a check
// constraint, a default value, an index and a storage parameter, because a rebuild must copy all of
// these.
const levelsSQL = `
	CREATE TABLE levels (
	    tank_id    uuid        PRIMARY KEY,
	    place      text        NOT NULL,
	    unit       text        NOT NULL DEFAULT 'litre',
	    level      bigint      NOT NULL CHECK (level >= 0),
	    version    bigint      NOT NULL,
	    changed_at timestamptz NOT NULL
	) WITH (fillfactor = 80);
	CREATE INDEX levels_by_place ON levels (place, tank_id);`

// Levels is a read model with one table. It applies several events in one call.
var Levels = Model{"levels", applyLevels, []string{"levels"}}

// Level is a row of the table levels.
type Level struct {
	Place          string
	Level, Version int64
}

// applyLevels inserts a row for each tank that was built. Then applyLevels changes the rows of all
// tanks that were filled or drained, with one statement.
func applyLevels(b *pgx.Batch, run []event.Recorded) error {
	m := movements{of: make(map[uuid.UUID]int)}
	for _, e := range run {
		switch happened := e.Event.(type) {
		case Built:
			b.Queue(`INSERT INTO levels (tank_id, place, level, version, changed_at) VALUES ($1, $2, 0, $3, $4)`,
				e.StreamID, happened.Place, e.Version, e.OccurredAt)
		case Poured:
			m.add(e, happened.Amount)
		case Drained:
			m.add(e, -happened.Amount)
		case event.Dropped:
			m.add(e, 0)
		default:
			return fmt.Errorf("levels don't know a %T", e.Event)
		}
	}
	m.queue(b)
	return nil
}

// movements collects the changes of tanks by several events, as one array per column. Each tank
// occurs once in the arrays.
type movements struct {
	of                        map[uuid.UUID]int // index of a tank in the columns, by its id
	ids                       []uuid.UUID
	before, versions, amounts []int64
	times                     []time.Time
}

func (m *movements) add(e event.Recorded, amount int64) {
	i, ok := m.of[e.StreamID]
	if !ok {
		i = len(m.ids)
		m.of[e.StreamID] = i
		before := e.Version - 1
		if e.Part > 0 { // an old event was split into parts, and the first part has already set this version
			before = e.Version
		}
		m.ids, m.before = append(m.ids, e.StreamID), append(m.before, before)
		m.versions, m.amounts, m.times = append(m.versions, 0), append(m.amounts, 0), append(m.times, time.Time{})
	}
	m.versions[i], m.times[i] = e.Version, e.OccurredAt
	m.amounts[i] += amount
}

func (m *movements) queue(b *pgx.Batch) {
	if len(m.ids) == 0 {
		return
	}
	b.Queue(`
		UPDATE levels l SET level = l.level + m.amount, version = m.version, changed_at = m.changed_at
		FROM unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::bigint[], $5::timestamptz[]) AS m (tank_id, before, version, amount, changed_at)
		WHERE l.tank_id = m.tank_id AND l.version = m.before`,
		m.ids, m.before, m.versions, m.amounts, m.times).Exec(changed(len(m.ids)))
}

// LevelOf returns the row of a tank, and the position of the log up to which the row is current.
// One statement reads both. If the tank does not exist, LevelOf returns event.ErrStreamNotFound.
func LevelOf(ctx context.Context, pool *pgxpool.Pool, id uuid.UUID) (row Level, reflects int64, err error) {
	const sql = `SELECT place, level, version FROM levels WHERE tank_id = $1`
	found, at, err := position.NewModel(pool, Levels.Name).Row(ctx, id, sql, []any{&row.Place, &row.Level, &row.Version})
	if err == nil && !found {
		err = event.ErrStreamNotFound
	}
	return row, at.Position, err
}

// AllLevels returns the levels of at most limit tanks, ordered by place. AllLevels also returns the
// log position up to which the levels are current.
func AllLevels(ctx context.Context, pool *pgxpool.Pool, limit int) (levels []int64, position int64, err error) {
	err = answer(ctx, pool, []any{&position, &levels}, `
		SELECT c.position, ARRAY(SELECT level FROM levels ORDER BY place, tank_id LIMIT $1)
		FROM checkpoints c WHERE c.projection = 'levels' AND c.built_at IS NOT NULL`, limit)
	return levels, position, err
}
