package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"example.com/pgcqrs/internal/devdb"
)

// lookTimeout bounds the look into a database that was given.
const lookTimeout = 15 * time.Second

// refuseForeign fails unless the migrations may change the database that a variable
// names: it is empty, or they have made it before.
func refuseForeign(ctx context.Context, variable, url string) error {
	ctx, cancel := context.WithTimeout(ctx, lookTimeout)
	defer cancel()
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return fmt.Errorf("connect to the database that %s names: %w%s", variable, withoutURL(err), shellsPart())
	}
	defer func() { _ = conn.Close(ctx) }()
	tables, ours, err := inventory(ctx, conn)
	switch {
	case err != nil:
		return fmt.Errorf("look into the database that %s names: %w", variable, err)
	case ours || len(tables) == 0:
		return nil
	}
	const shown = 4
	more := ""
	if len(tables) > shown {
		more = fmt.Sprintf(" and %d more", len(tables)-shown)
		tables = tables[:shown]
	}
	config := conn.Config()
	return fmt.Errorf("%s names the database %q on %s:%d, which holds tables of something else: %s%s. Nothing was changed. "+
		"Unset %[1]s to get a database of dev's own, or name an empty one, or one that pgcqrs has migrated",
		variable, config.Database, config.Host, config.Port, strings.Join(tables, ", "), more)
}

// inventory returns the tables and views of a database, without those of extensions,
// and whether it is one of ours: then the migrations' list and the engine's tables are
// there, with columns of theirs. A list alone is what an interrupted first run leaves.
func inventory(ctx context.Context, conn *pgx.Conn) (tables []string, ours bool, err error) {
	const sql = `
		SELECT ARRAY(SELECT n.nspname || '.' || c.relname
		             FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
		             WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND c.relname <> 'goose_db_version'
		               AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
		               AND NOT EXISTS (SELECT FROM pg_depend d
		                               WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
		             ORDER BY 1),
		       (SELECT count(*) = 6
		        FROM (VALUES ('goose_db_version', 'version_id'), ('events', 'position'), ('events', 'stream_id'),
		                     ('events', 'schema_version'), ('checkpoints', 'projection'), ('checkpoints', 'position')) AS engine(name, col)
		        JOIN pg_attribute a ON a.attrelid = to_regclass(engine.name) AND a.attname = engine.col AND NOT a.attisdropped)`
	err = conn.QueryRow(ctx, sql).Scan(&tables, &ours)
	return tables, ours, err
}

// withoutURL drops the URL from what pgx says of one that it can't read: it may hold a password.
func withoutURL(err error) error {
	wrong, ok := errors.AsType[*pgconn.ParseConfigError](err)
	if !ok {
		return err
	}
	reason := errors.Unwrap(wrong)
	if reason == nil || strings.Contains(wrong.Error(), "failed to parse as") {
		return errors.New("it must look like postgres://user:password@host:5432/name, with special characters of the password percent-encoded")
	}
	return reason
}

// shellsPart names the shell's variables that a connection heeds, too.
func shellsPart() string {
	names := devdb.ShellVariables()
	if len(names) == 0 {
		return ""
	}
	return " (your shell sets " + strings.Join(names, ", ") + ", which count, too)"
}
