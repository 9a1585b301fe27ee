package testdb

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	_ "github.com/jackc/pgx/v5/stdlib" // the driver that goose uses

	"example.com/pgcqrs/engine/schema"
	"example.com/pgcqrs/engine/schema/apply"
)

// Schema is the schema of a service's databases: the engine's part, and the service's own.
type Schema struct{ service schema.Part }

// Of returns the schema of a service with this part.
func Of(service schema.Part) Schema { return Schema{service} }

// engineOnly is the schema of a service without migrations.
var engineOnly = Of(schema.OfService(embed.FS{}))

// New returns a new database, as the function New does, with the service's part.
func (s Schema) New(t testing.TB) string {
	t.Helper()
	return clone(t, s.template(t))
}

// Up brings an empty database, by its owner's URL, to this schema.
func (s Schema) Up(ctx context.Context, url string) error {
	db, err := sql.Open("pgx", url)
	if err != nil {
		return fmt.Errorf("open database: %w", err)
	}
	defer func() { _ = db.Close() }()
	_, err = apply.Up(ctx, db, s.service)
	return err
}

var templates struct {
	sync.Mutex
	made map[string]bool // by name
}

// template returns the name of a database with the newest schema, to which nobody can connect. It
// is made once per server and schema, by the first test that needs it.
func (s Schema) template(t testing.TB) string {
	t.Helper()
	templates.Lock()
	defer templates.Unlock()
	name := "pgcqrs_template_" + s.hash(t)
	if templates.made[name] {
		return name
	}
	server := serverURL(t)
	connected(t, server, func(ctx context.Context, conn *pgx.Conn) error {
		return s.makeTemplate(ctx, conn, name, with(t, server, "", "", name))
	})
	if templates.made == nil {
		templates.made = make(map[string]bool)
	}
	templates.made[name] = true
	return name
}

// makeTemplate takes a lock, because every test binary does this at the same time. Only a finished
// template is marked as a template; an unfinished one is made again.
func (s Schema) makeTemplate(ctx context.Context, conn *pgx.Conn, name, url string) error {
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
	if err := s.Up(ctx, url); err != nil {
		return err
	}
	if _, err := conn.Exec(ctx, "ALTER DATABASE "+name+" WITH IS_TEMPLATE true ALLOW_CONNECTIONS false"); err != nil {
		return fmt.Errorf("mark template: %w", err)
	}
	return nil
}

// hash returns a text that changes with any migration.
func (s Schema) hash(t testing.TB) string {
	t.Helper()
	hash := sha256.New()
	for _, part := range []schema.Part{schema.Engine, s.service} {
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
