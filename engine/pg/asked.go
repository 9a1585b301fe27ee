package pg

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"example.com/pgcqrs/engine/pg/dsn"
	"example.com/pgcqrs/engine/pg/pooler"
)

// keepRemoteApply makes the pool's sessions use remote_apply as synchronous_commit if the server,
// the database or the login sets that value. Without keepRemoteApply, the pool would set another
// value. Then a COMMIT would not wait until the standby has applied the commit. keepRemoteApply
// reads the value in a session that does not set synchronous_commit itself. For a pool with the
// option MayBeAway, keepRemoteApply does nothing, because programs only read through such a pool.
func (p Pool) keepRemoteApply(ctx context.Context, config *pgx.ConnConfig) error {
	if p.MayBeAway {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, pooler.LookFor)
	defer cancel()
	bare := config.Config.Copy()
	delete(bare.RuntimeParams, dsn.SynchronousCommit)
	conn, err := pgconn.ConnectConfig(ctx, bare)
	if err != nil {
		return err
	}
	defer pooler.Close(conn)
	own, err := pooler.Ask(ctx, conn, `SHOW `+dsn.SynchronousCommit)
	if err != nil {
		return fmt.Errorf("read %s: %w", dsn.SynchronousCommit, err)
	}
	if own == dsn.RemoteApply {
		config.RuntimeParams[dsn.SynchronousCommit] = dsn.RemoteApply
	}
	return nil
}

// SearchPath returns the search_path that a pool's configuration sets, or "" if the configuration
// sets no search_path.
func SearchPath(config *pgx.ConnConfig) string { return config.RuntimeParams[dsn.SearchPathName] }

// pinPath makes each connection of a pool set the search_path that is configured for the database.
// If no search_path is configured for the database, the connection sets PostgreSQL's default.
// Without pinPath, an attacker who has a program's login could give the login another search_path
// with ALTER ROLE. New sessions of the login would then find no table.
func (p Pool) pinPath(ctx context.Context, config *pgx.ConnConfig) error {
	const sql = `
		SELECT coalesce((SELECT substr(option, length('search_path=') + 1)
		                 FROM pg_catalog.pg_db_role_setting s JOIN pg_catalog.pg_database d ON d.oid = s.setdatabase, unnest(s.setconfig) AS option
		                 WHERE s.setrole = 0 AND d.datname = current_database() AND starts_with(option, 'search_path=')), '"$user", public')`
	if _, given := config.RuntimeParams[dsn.SearchPathName]; given || !p.PinPath {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, pooler.LookFor)
	defer cancel()
	conn, err := pgconn.ConnectConfig(ctx, config.Config.Copy())
	if err != nil {
		return err
	}
	defer pooler.Close(conn)
	path, err := pooler.Ask(ctx, conn, sql)
	if err != nil {
		return fmt.Errorf("read %s: %w", dsn.SearchPathName, err)
	}
	config.RuntimeParams[dsn.SearchPathName] = path
	return nil
}
