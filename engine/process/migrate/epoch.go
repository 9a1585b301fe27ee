package migrate

import (
	"context"

	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/eventlog"
	"example.com/pgcqrs/engine/process/migrate/report"
)

// newEpoch gives the log a new epoch. An epoch is the name of one history of the log. Running
// processes notice the new epoch within seconds.
func newEpoch(ctx context.Context, pool *pgxpool.Pool, said *report.Report) error {
	epoch, err := eventlog.New(pool, eventlog.Config{}).NewEpoch(ctx)
	if err != nil {
		return err
	}
	said.Epoch = epoch.String()
	said.Line("the log is in epoch %s now", epoch)
	return nil
}
