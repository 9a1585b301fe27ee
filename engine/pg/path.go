package pg

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

const searchPath = "search_path"

// SearchPath returns the search_path of a pool's configuration, "" if it sets none.
func SearchPath(config *pgx.ConnConfig) string { return config.RuntimeParams[searchPath] }

// pinPath has a pool's connections set the search_path that the database has, or else PostgreSQL:
// whoever gets hold of a program's login may set another one for the login, by ALTER ROLE, and
// none of its sessions would find a table.
func (p Pool) pinPath(ctx context.Context, config *pgx.ConnConfig) error {
	const sql = `
		SELECT coalesce((SELECT substr(option, length('search_path=') + 1)
		                 FROM pg_catalog.pg_db_role_setting s JOIN pg_catalog.pg_database d ON d.oid = s.setdatabase, unnest(s.setconfig) AS option
		                 WHERE s.setrole = 0 AND d.datname = current_database() AND starts_with(option, 'search_path=')), '"$user", public')`
	if _, given := config.RuntimeParams[searchPath]; given || !p.PinPath {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, lookFor)
	defer cancel()
	conn, err := pgconn.ConnectConfig(ctx, config.Config.Copy())
	if err != nil {
		return err
	}
	defer closeNow(conn)
	path, err := ask(ctx, conn, sql)
	if err != nil {
		return fmt.Errorf("read %s: %w", searchPath, err)
	}
	config.RuntimeParams[searchPath] = path
	return nil
}
