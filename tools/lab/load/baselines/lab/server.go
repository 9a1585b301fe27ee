package lab

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"example.com/pgcqrs/engine/enginetest/devdb/datadir"

	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/enginetest/devdb"
)

// ownServer starts a PostgreSQL server with fsync on. ownServer starts the server twice, because
// some of the settings take effect only at a start.
func (l *Lab) ownServer(ctx context.Context) (err error) {
	if l.kept, err = datadir.Keep(ctx, filepath.Join(l.Dir, "postgres")); err != nil {
		return err
	}
	if err := l.startServer(ctx); err != nil {
		return err
	}
	if err := l.configure(ctx); err != nil {
		return err
	}
	l.Server.Stop()
	l.Settings = serverSettings
	return l.startServer(ctx)
}

func (l *Lab) startServer(ctx context.Context) (err error) {
	if l.Server, err = devdb.Start(ctx, devdb.Options{Keep: l.kept, Say: l.Options.Say}); err == nil {
		l.url = l.Server.URL
	}
	return err
}

func (l *Lab) configure(ctx context.Context) error {
	return l.SQL(ctx, l.url, func(conn *pgx.Conn) error {
		for _, setting := range serverSettings {
			name, value, _ := strings.Cut(setting, "=")
			if _, err := conn.Exec(ctx, fmt.Sprintf("ALTER SYSTEM SET %s = '%s'", name, value)); err != nil {
				return fmt.Errorf("set %s: %w", setting, err)
			}
		}
		return nil
	})
}
