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
	_ "github.com/jackc/pgx/v5/stdlib" // the driver for goose

	"example.com/pgcqrs/engine/schema"
	"example.com/pgcqrs/engine/schema/apply"
)

// Schema is the schema of a service's database: the engine's migrations and the service's
// migrations.
type Schema struct{ service schema.Part }

// Of returns the Schema of a service with these migrations.
func Of(service schema.Part) Schema { return Schema{service} }

// engineOnly is the Schema of a service that has no migrations of its own.
var engineOnly = Of(schema.OfService(embed.FS{}))

// New returns the URL of a new database with this Schema, with the login of the database's owner.
// The database is dropped at the end of the test.
func (s Schema) New(t testing.TB) string {
	t.Helper()
	return clone(t, s.template(t))
}

// Up migrates an empty database to this Schema. The URL must have the login of the database's
// owner.
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
	made map[string]bool // templates that this process has checked, by name
}

// template returns the name of a template database with the newest schema. No session can connect
// to the template. The first test that needs the template creates it. Each server has one template
// for each Schema.
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

// makeTemplate creates the template database under a lock, because several test binaries may need
// the template at the same time. After a database was migrated completely, makeTemplate marks it as
// a template. A database without this mark is incomplete: makeTemplate drops it and creates it
// again.
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

// hash returns a hash of all migrations, so that each set of migrations has its own template.
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
