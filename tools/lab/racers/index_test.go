package racers_test

import (
	"slices"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/enginetest/rig"
	"example.com/pgcqrs/engine/enginetest/testdb"
)

// The check of an append condition reads the index of the table event_tags, and not the table. The
// log has 10 million events with tags (200,000 with -short). The condition has two tags, two types
// and a position. The number of events after this position is almost event.MaxBehind.
func TestConditionsReadTheIndexAlone(t *testing.T) {
	t.Parallel()
	events := int64(10_000_000)
	if testing.Short() {
		events = 200_000
	}
	pool := rig.Connect(t, testdb.New(t))
	rig.Do(t, pool, `INSERT INTO event_tags (tag, position, type) SELECT 'tag:' || n % 200, n, 'type' || n % 7 FROM generate_series(1, $1::bigint) AS n`, events)
	rig.Do(t, pool, `
		INSERT INTO events (position, stream_type, stream_id, version, event_id, type, schema_version, data, metadata, occurred_at, recorded_at)
		VALUES ($1, 'x', $2, 1, $3, 'type1', 1, '{}', '{}', now(), now())`, events, uuid.New(), uuid.New())
	rig.Do(t, pool, `VACUUM ANALYZE event_tags`)
	tx, err := pool.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback(t.Context()) }()
	rowsBefore, entriesBefore := fetched(t, tx)
	var expected []int64
	if err := tx.QueryRow(t.Context(), `SELECT check_conditions('{5}', '{1}', ARRAY[$1::bigint], ARRAY[$2::uuid], '{2}', '{2}', '{tag:7,tag:8}', '{type1,type2}')`,
		events-900*200, uuid.Nil).Scan(&expected); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(expected, []int64{5}) {
		t.Errorf("the condition, which no event breaks, expects versions %v", expected)
	}
	rows, entries := fetched(t, tx)
	if rows-rowsBefore > 4 || entries == entriesBefore { // pages of the visibility map count as the table's
		t.Errorf("%d pages of the table and %d of its index were read", rows-rowsBefore, entries-entriesBefore)
	}
	t.Logf("%d events: %d pages of the index", events, entries-entriesBefore)
}

// fetched returns two numbers: how many pages of the table event_tags this session has read, and
// how many pages of the table's index.
func fetched(t *testing.T, tx pgx.Tx) (rows, entries int64) {
	t.Helper()
	const sql = `SELECT pg_stat_get_xact_blocks_fetched('event_tags'::regclass), pg_stat_get_xact_blocks_fetched('event_tags_pkey'::regclass)`
	if err := tx.QueryRow(t.Context(), sql).Scan(&rows, &entries); err != nil {
		t.Fatal(err)
	}
	return rows, entries
}
