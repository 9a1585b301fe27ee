package status

import (
	"context"
	"fmt"
	"time"

	"example.com/pgcqrs/engine/pg/lock"

	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/eventlog/logsql"
	"example.com/pgcqrs/engine/projection"
	"example.com/pgcqrs/engine/projection/checkpoint"
	"example.com/pgcqrs/engine/projection/rebuild/stage"
	"example.com/pgcqrs/engine/projection/reconcile"
)

// Status has the state of one projection; this process or another one may run the projection.
type Status struct {
	Projection string       `json:"projection"`
	Head       int64        `json:"head"`     // end of the log
	Position   int64        `json:"position"` // position of the projection
	LagEvents  int64        `json:"lag_events"`
	LagSeconds float64      `json:"lag_seconds"` // age of the oldest event that the projection has not reached
	Ahead      bool         `json:"ahead"`       // the projection was stopped because its checkpoint is ahead of the log
	Built      bool         `json:"built"`       // the projection has reached the end of the log once, so that queries may read it
	Holder     *lock.Holder `json:"holder"`      // session of the process that runs the projection; nil: no process runs it
	Parked     int          `json:"parked"`      // number of parked streams that are not discarded
	Discarded  int          `json:"discarded"`   // number of streams that were discarded
	Differs    int          `json:"differs"`     // number of ranges whose applied events differ from the log
	Rebuild    *Rebuilding  `json:"rebuild"`     // nil: there is no unfinished rebuild
	Kept       bool         `json:"kept"`        // whether the tables from before the last rebuild exist
}

// Rebuilding is an unfinished rebuild, or an unfinished undo of a rebuild.
type Rebuilding struct {
	Undo      bool         `json:"undo"`
	Position  int64        `json:"position"`
	MovedAt   time.Time    `json:"moved_at"`
	Holder    *lock.Holder `json:"holder"` // session of the process that rebuilds; nil: the rebuild was interrupted
	LagEvents int64        `json:"lag_events"`
}

// checkpointRow is the checkpoint of a projection, or of a stage (tables of the projection that
// serve no queries).
type checkpointRow struct {
	Projection string
	Position   int64
	Built      bool
	Ahead      bool
	UpdatedAt  time.Time
	Head       int64
	LagSeconds float64
	Parked     int
	Discarded  int
	Differs    int
}

// Locks returns the names of all session locks for running, rebuilding or reconciling projections.
func Locks(of *projection.Set) []string {
	locks := []string{reconcile.Lock}
	for _, name := range of.Names() {
		locks = append(locks, checkpoint.RunLock(name), checkpoint.RebuildLock(name))
	}
	return locks
}

// All returns the status of each projection, in the order of Set.Add. A projection that has never
// run has position 0.
func All(ctx context.Context, of *projection.Set) ([]Status, error) {
	sql := `
		SELECT n.projection, coalesce(c.position, 0) AS position, c.built_at IS NOT NULL AS built, c.ahead_of IS NOT NULL AS ahead, coalesce(c.updated_at, 'epoch') AS updated_at,
		       h.head, coalesce(greatest(0, extract(epoch FROM clock_timestamp() - ` + logsql.RecordedAt("coalesce(c.position, 0) + 1") + `)), 0)::float8 AS lag_seconds, k.parked, k.discarded,
		       (SELECT count(*) FROM applied_ranges r WHERE r.projection = n.projection AND r.differs AND r.accepted_at IS NULL) AS differs
		FROM unnest($1::text[]) WITH ORDINALITY AS n (projection, place)
		LEFT JOIN checkpoints c USING (projection)
		CROSS JOIN (SELECT ` + logsql.Head + ` AS head) h
		CROSS JOIN LATERAL (
		    SELECT count(*) FILTER (WHERE discarded_at IS NULL) AS parked, count(*) FILTER (WHERE discarded_at IS NOT NULL) AS discarded
		    FROM parked_streams s WHERE s.projection = n.projection) k
		WHERE c.projection IS NOT NULL OR n.projection = ANY ($2)
		ORDER BY n.place`
	var names []string
	for _, name := range of.Names() {
		names = append(names, name, stage.Rebuilt.Checkpoint(name), stage.Kept.Checkpoint(name), stage.Undone.Checkpoint(name))
	}
	rows, err := of.Pool.Query(ctx, sql, names, of.Names())
	if err != nil {
		return nil, fmt.Errorf("read status: %w", err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByName[checkpointRow])
	if err != nil {
		return nil, fmt.Errorf("read status: %w", err)
	}
	holders, err := lock.Holders(ctx, of.Pool, Locks(of)...)
	if err != nil {
		return nil, err
	}
	byName := make(map[string]checkpointRow, len(found))
	for _, row := range found {
		byName[row.Projection] = row
	}
	statuses := make([]Status, 0, len(of.Names()))
	for _, name := range of.Names() {
		statuses = append(statuses, statusOf(name, byName, holders))
	}
	return statuses, nil
}

func statusOf(name string, rows map[string]checkpointRow, holders map[string]lock.Holder) Status {
	live := rows[name]
	s := Status{
		Projection: name, Head: live.Head, Position: live.Position, LagEvents: live.Head - live.Position, LagSeconds: live.LagSeconds,
		Built: live.Built, Ahead: live.Ahead, Parked: live.Parked, Discarded: live.Discarded, Differs: live.Differs, Holder: holderOf(holders, checkpoint.RunLock(name)),
	}
	_, s.Kept = rows[stage.Kept.Checkpoint(name)]
	for _, at := range []stage.Stage{stage.Rebuilt, stage.Undone} {
		if row, ok := rows[at.Checkpoint(name)]; ok {
			s.Rebuild = &Rebuilding{
				Undo: at == stage.Undone, Position: row.Position, MovedAt: row.UpdatedAt,
				LagEvents: row.Head - row.Position, Holder: holderOf(holders, checkpoint.RebuildLock(name)),
			}
		}
	}
	return s
}

func holderOf(holders map[string]lock.Holder, lock string) *lock.Holder {
	if holder, ok := holders[lock]; ok {
		return &holder
	}
	return nil
}
