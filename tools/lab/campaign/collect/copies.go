//go:build linux

package collect

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/tools/lab/campaign/copies"
	"example.com/pgcqrs/tools/lab/campaign/session"
	"example.com/pgcqrs/tools/lab/campaign/world"
)

// readCopies returns the rows of the read models of package copies.
func readCopies(ctx context.Context, w *world.World) (map[string][copies.Buckets]copies.Row, error) {
	all := make(map[string][copies.Buckets]copies.Row)
	err := session.Run(ctx, w.Postgres.Owner(), func(ctx context.Context, conn *pgx.Conn) error {
		for number := 1; number <= w.Copies; number++ {
			var copied [copies.Buckets]copies.Row
			var bucket int
			var r copies.Row
			rows, _ := conn.Query(ctx, `SELECT bucket, events, amount, last, digest FROM `+copies.Name(number))
			_, err := pgx.ForEachRow(rows, []any{&bucket, &r.Events, &r.Amount, &r.Last, &r.Digest}, func() error {
				copied[bucket] = r
				return nil
			})
			if err != nil {
				return fmt.Errorf("read %s: %w", copies.Name(number), err)
			}
			all[copies.Name(number)] = copied
		}
		return nil
	})
	return all, err
}
