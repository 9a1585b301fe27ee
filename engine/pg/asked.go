package pg

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"example.com/pgcqrs/engine/pg/dsn"
	"example.com/pgcqrs/engine/pg/pooler"
)

// ask completes the configuration of a pool with settings of the database. ask reads them in one
// session of its own, because each session costs the server a new process. The result direct is true
// if this session has shown that no pooler is between the program and the server.
func (p Pool) ask(ctx context.Context, config *pgx.ConnConfig) (direct bool, err error) {
	_, given := config.RuntimeParams[dsn.SearchPathName]
	pins := p.PinPath && !given
	if p.MayBeAway && !pins {
		return false, nil
	}
	ctx, cancel := context.WithTimeout(ctx, pooler.LookFor)
	defer cancel()
	bare := config.Config.Copy()
	delete(bare.RuntimeParams, dsn.SynchronousCommit)
	conn, err := pgconn.ConnectConfig(ctx, bare)
	if err != nil {
		return false, err
	}
	defer pooler.Close(conn)
	if !p.MayBeAway {
		if err := keepRemoteApply(ctx, conn, config); err != nil {
			return false, err
		}
	}
	if pins {
		if err := pinPath(ctx, conn, config); err != nil {
			return false, err
		}
	}
	return pooler.Direct(ctx, conn)
}

// keepRemoteApply makes the pool's sessions use remote_apply as synchronous_commit if the server,
// the database or the login sets that value. Without keepRemoteApply, the pool would set another
// value. Then a COMMIT would not wait until the standby has applied the commit. The session of conn
// must not set synchronous_commit itself. A pool with the option MayBeAway does not need
// keepRemoteApply, because programs only read through such a pool.
func keepRemoteApply(ctx context.Context, conn *pgconn.PgConn, config *pgx.ConnConfig) error {
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
func pinPath(ctx context.Context, conn *pgconn.PgConn, config *pgx.ConnConfig) error {
	const sql = `
		SELECT coalesce((SELECT substr(option, length('search_path=') + 1)
		                 FROM pg_catalog.pg_db_role_setting s JOIN pg_catalog.pg_database d ON d.oid = s.setdatabase, unnest(s.setconfig) AS option
		                 WHERE s.setrole = 0 AND d.datname = current_database() AND starts_with(option, 'search_path=')), '"$user", public')`
	path, err := pooler.Ask(ctx, conn, sql)
	if err != nil {
		return fmt.Errorf("read %s: %w", dsn.SearchPathName, err)
	}
	config.RuntimeParams[dsn.SearchPathName] = path
	return nil
}
