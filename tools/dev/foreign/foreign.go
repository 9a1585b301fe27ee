// Package foreign refuses a database that contains tables or other objects of another program, or
// data of an unreleased version of the service.
package foreign

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"example.com/pgcqrs/engine/enginetest/devdb/shell"
	"example.com/pgcqrs/engine/enginetest/devtool/launch"
	"example.com/pgcqrs/engine/schema/present"
)

// LookTimeout is the time limit for the inspection of a database that the developer names.
const LookTimeout = 15 * time.Second

// Refuse returns an error if the migrations must not change the database that an environment
// variable names. The database must be empty, or already migrated by this service.
func Refuse(ctx context.Context, variable, url string) error {
	ctx, cancel := context.WithTimeout(ctx, LookTimeout)
	defer cancel()
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return fmt.Errorf("connect to the database that %s names: %w%s", variable, WithoutURL(err), ShellsPart())
	}
	defer func() { _ = conn.Close(ctx) }()
	found, err := look(ctx, conn)
	if err != nil {
		return fmt.Errorf("look into the database that %s names: %w", variable, err)
	}
	if err := RefuseUnreleased(ctx, conn); err != nil {
		return fmt.Errorf("%s: %w", variable, err)
	}
	foreign := found.foreign()
	if foreign == "" {
		return nil
	}
	config := conn.Config()
	return fmt.Errorf("%s names the database %q on %s:%d, which holds %s. dev changed nothing. "+
		"Unset %[1]s to get a database of dev's own, or name an empty one, or one that %s has migrated",
		variable, config.Database, config.Host, config.Port, foreign, launch.Service())
}

// inventory holds what Refuse found in a database.
type inventory struct {
	objects []string // names with their kinds (tables and views: name only); without objects of extensions
	listed  bool     // the table goose_db_version exists; objects does not list it
	applied bool     // goose_db_version has a version other than 0, which goose inserts first
	engine  bool     // at least one migration of the engine was started
	ours    bool     // no other service has stored its name in the database
}

// foreign returns the reason why the migrations must not change the database, or "" if the
// migrations may change it. If a table of migrations lists no applied migration, an interrupted
// first run has left it. Such a table is no reason to refuse the database.
func (i inventory) foreign() string {
	switch {
	case i.engine && i.ours:
		return ""
	case i.engine:
		return "the data of another service: its tables are like those of this one, but the migrations of another service have made them"
	case i.applied:
		i.objects = append([]string{"goose_db_version with other migrations"}, i.objects...)
	}
	if len(i.objects) == 0 {
		return ""
	}
	const shown = 4
	more := ""
	if len(i.objects) > shown {
		more = fmt.Sprintf(" and %d more", len(i.objects)-shown)
		i.objects = i.objects[:shown]
	}
	return "tables of something else: " + strings.Join(i.objects, ", ") + more
}

//go:embed inventory.sql
var inventorySQL string

func look(ctx context.Context, conn *pgx.Conn) (found inventory, err error) {
	err = conn.QueryRow(ctx, inventorySQL, launch.Service()).Scan(&found.objects, &found.listed, &found.engine, &found.ours)
	if err != nil || !found.listed {
		return found, err
	}
	const sql = `SELECT EXISTS (SELECT FROM goose_db_version WHERE version_id <> 0)`
	err = conn.QueryRow(ctx, sql).Scan(&found.applied)
	return found, err
}

// RefuseUnreleased returns an error if the database contains data of an unreleased version of the
// service.
func RefuseUnreleased(ctx context.Context, conn *pgx.Conn) error {
	var unreleased bool
	if err := conn.QueryRow(ctx, present.UnreleasedSQL).Scan(&unreleased); err != nil {
		return fmt.Errorf("look at the lists of migrations: %w", err)
	}
	if unreleased {
		return present.ErrUnreleased
	}
	return nil
}

// WithoutURL removes the URL from the error that pgx returns for an invalid URL, because the URL
// may contain a password.
func WithoutURL(err error) error {
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

// ShellsPart returns a text that names those environment variables of the developer's shell that
// also affect a connection.
func ShellsPart() string {
	names := shell.Variables()
	if len(names) == 0 {
		return ""
	}
	return " (your shell sets " + strings.Join(names, ", ") + ", which count, too)"
}
