package tank

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/projection"
)

// readingsSQL creates the tables meters and readings. Each reading contains an amount that was
// poured or drained, and the level afterwards.
const readingsSQL = `
	CREATE TABLE meters (
	    tank_id uuid   PRIMARY KEY,
	    level   bigint NOT NULL -- at the last reading
	) WITH (fillfactor = 80);
	CREATE TABLE readings (
	    tank_id  uuid   NOT NULL,
	    version  bigint NOT NULL,
	    position bigint NOT NULL,
	    amount   bigint NOT NULL CHECK (amount <> 0),
	    level    bigint NOT NULL,
	    note     text   NOT NULL,
	    PRIMARY KEY (tank_id, version)
	);`

// Readings is a read model with two tables. It applies one event at a time.
var Readings = Model{"readings", projection.Each(applyReading), []string{"meters", "readings"}}

// Reading is a row of the table readings.
type Reading struct {
	Version, Position int64
	Amount            int64 // negative if water was drained
	Level             int64 // level after the reading
	Note              string
}

// applyReading applies one event: it queues a statement that inserts a meter or a reading.
func applyReading(b *pgx.Batch, e event.Recorded) error {
	switch happened := e.Event.(type) {
	case Built:
		b.Queue(`INSERT INTO meters (tank_id, level) VALUES ($1, 0)`, e.StreamID)
	case Poured:
		queueReading(b, e, happened.Amount, happened.Note)
	case Drained:
		queueReading(b, e, -happened.Amount, "")
	case event.Dropped: // the event does not change the level
	default:
		return fmt.Errorf("readings don't know a %T", e.Event)
	}
	return nil
}

// queueReading queues a statement that inserts a reading. If the tank has no row in the table
// meters, the statement inserts nothing, and the projection treats this as an error.
func queueReading(b *pgx.Batch, e event.Recorded, amount int64, note string) {
	b.Queue(`
		WITH meter AS (UPDATE meters SET level = level + $4 WHERE tank_id = $1 RETURNING level)
		INSERT INTO readings (tank_id, version, position, amount, level, note)
		SELECT $1, $2, $3, $4, level, $5 FROM meter`,
		e.StreamID, e.Version, e.Position, amount, note).Exec(changed(1))
}

// ReadingsOf returns all readings of a tank, and the position of the log up to which they are
// current. One statement reads both tables, so a rebuild must replace both tables at the same
// moment.
func ReadingsOf(ctx context.Context, pool *pgxpool.Pool, id uuid.UUID) (readings []Reading, position int64, err error) {
	err = answer(ctx, pool, []any{&position, &readings}, `
		SELECT c.position, (
		    SELECT coalesce(jsonb_agg(jsonb_build_object('Version', r.version, 'Position', r.position, 'Amount', r.amount, 'Level', r.level, 'Note', r.note) ORDER BY r.version), '[]')
		    FROM meters m JOIN readings r ON r.tank_id = m.tank_id WHERE m.tank_id = $1)
		FROM checkpoints c WHERE c.projection = 'readings' AND c.built_at IS NOT NULL`, id)
	return readings, position, err
}
