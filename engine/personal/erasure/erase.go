package erasure

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/eventlog/logsql"
)

// Again destroys the keys that a restored backup has brought back: the keys of all persons for whom
// the log has an event of one of the given types. Again returns how many keys it has destroyed.
// Again reads the whole log, and needs the rights of the schema's owner.
func Again(ctx context.Context, pool *pgxpool.Pool, types []string) (count int64, err error) {
	sql := `
		WITH gone AS ` + logsql.ErasedBy("$1") + `,
		     kept AS (INSERT INTO erasures (person_id) SELECT person_id FROM gone ON CONFLICT DO NOTHING),
		     noted AS (INSERT INTO keys.erased (person_id) SELECT person_id FROM gone ON CONFLICT DO NOTHING)
		DELETE FROM keys.persons WHERE person_id IN (SELECT person_id FROM gone)`
	tag, err := pool.Exec(ctx, sql, types)
	if err != nil {
		return 0, fmt.Errorf("erase again: %w", err)
	}
	return tag.RowsAffected(), nil
}
