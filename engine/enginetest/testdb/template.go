package testdb

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"io/fs"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	_ "github.com/jackc/pgx/v5/stdlib" // the driver that goose uses

	"example.com/pgcqrs/migrations"
)

var templateOnce struct {
	sync.Mutex
	name string
}

// template returns the name of a database with the newest schema that nobody can
// connect to. It is made once per server and schema, whichever test comes first.
func template(t testing.TB) string {
	t.Helper()
	templateOnce.Lock()
	defer templateOnce.Unlock()
	if templateOnce.name != "" {
		return templateOnce.name
	}
	name := "pgcqrs_template_" + schemaHash(t)
	server := serverURL(t)
	connected(t, server, func(ctx context.Context, conn *pgx.Conn) error {
		return makeTemplate(ctx, conn, name, with(t, server, "", "", name))
	})
	templateOnce.name = name
	return name
}

// makeTemplate holds a lock, because every test binary does this at the same time.
// Only a finished template is marked as one; half of one is made again.
func makeTemplate(ctx context.Context, conn *pgx.Conn, name, url string) error {
	if _, err := conn.Exec(ctx, `SELECT pg_advisory_lock(hashtextextended($1, 0))`, name); err != nil {
		return fmt.Errorf("lock template: %w", err)
	}
	const finished = `SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1 AND datistemplate)`
	var exists bool
	if err := conn.QueryRow(ctx, finished, name).Scan(&exists); err != nil || exists {
		return err
	}
	if _, err := conn.Exec(ctx, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)"); err != nil {
		return fmt.Errorf("drop unfinished template: %w", err)
	}
	if err := createDatabase(ctx, conn, "CREATE DATABASE "+name+" TEMPLATE template0"); err != nil {
		return fmt.Errorf("create template: %w", err)
	}
	if err := migrate(ctx, url); err != nil {
		return err
	}
	if _, err := conn.Exec(ctx, "ALTER DATABASE "+name+" WITH IS_TEMPLATE true ALLOW_CONNECTIONS false"); err != nil {
		return fmt.Errorf("mark template: %w", err)
	}
	return nil
}

func migrate(ctx context.Context, url string) error {
	db, err := sql.Open("pgx", url)
	if err != nil {
		return fmt.Errorf("open template: %w", err)
	}
	defer func() { _ = db.Close() }()
	_, err = migrations.Up(ctx, db)
	return err
}

// schemaHash changes with any migration.
func schemaHash(t testing.TB) string {
	t.Helper()
	hash := sha256.New()
	for _, part := range []migrations.Part{migrations.Engine, migrations.Service} {
		names, err := fs.Glob(part.FS, "*.sql")
		if err != nil {
			t.Fatalf("list migrations: %v", err)
		}
		for _, name := range names {
			content, err := fs.ReadFile(part.FS, name)
			if err != nil {
				t.Fatalf("read migration: %v", err)
			}
			_, _ = fmt.Fprintf(hash, "%s %s %d\n%s", part.Table, name, len(content), content)
		}
	}
	return hex.EncodeToString(hash.Sum(nil))[:12]
}
