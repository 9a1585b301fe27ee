// Package baselines starts what is compared on one machine, side by side: the real
// programs, handlers that do less, and the database alone. It measures them in turns
// and says the ratios: what a machine does in a second is its own, ratios travel.
package baselines

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/jackc/pgx/v5"
	_ "github.com/jackc/pgx/v5/stdlib" // the driver that goose uses

	"example.com/pgcqrs/engine/enginetest/devdb"
	"example.com/pgcqrs/engine/enginetest/devdb/datadir"
	"example.com/pgcqrs/engine/enginetest/devtool/gotool"
	"example.com/pgcqrs/engine/pg"
	"example.com/pgcqrs/engine/pg/role"
	"example.com/pgcqrs/engine/schema/apply"
	"example.com/pgcqrs/migrations"
)

// serverSettings are what a server of our own has that PostgreSQL does not bring by
// itself, for every side alike.
var serverSettings = []string{"shared_buffers=2GB", "max_wal_size=8GB"}

// Lab is a PostgreSQL of its own, and the programs.
type Lab struct {
	Options
	dir       string
	programs  string
	tag       string // of our databases
	url       string // of the server's superuser
	version   string // of the server
	settings  []string
	revision  string
	kept      *datadir.Kept
	server    *devdb.Server // nil: it was given
	password  string        // of the programs' logins
	processes []*child
}

// NewLab builds the programs and starts a server with fsync on. Close ends everything.
func NewLab(ctx context.Context, options Options) (*Lab, error) {
	l := &Lab{
		Options: options, url: options.Server, settings: []string{"those of the given server"},
		password: rand.Text(), tag: strings.ToLower(rand.Text()[:6]), revision: revision(),
	}
	if err := l.setUp(ctx); err != nil {
		l.Close()
		return nil, err
	}
	return l, nil
}

func (l *Lab) setUp(ctx context.Context) error {
	removeForgotten(l.Data)
	l.dir = filepath.Join(l.Data, fmt.Sprintf("%s%d", dirName, os.Getpid()))
	if err := os.MkdirAll(l.dir, 0o755); err != nil {
		return fmt.Errorf("make directory: %w", err)
	}
	if err := l.build(ctx); err != nil {
		return err
	}
	if l.Server == "" {
		if err := l.ownServer(ctx); err != nil {
			return err
		}
	}
	return l.sql(ctx, l.url, func(conn *pgx.Conn) error {
		l.version, _, _ = strings.Cut(conn.PgConn().ParameterStatus("server_version"), " ")
		return nil
	})
}

func (l *Lab) build(ctx context.Context) error {
	l.programs = filepath.Join(l.dir, "bin")
	command := exec.CommandContext(ctx, "go", "build", "-o", l.programs+"/",
		"./cmd/api", "./cmd/projector")
	command.Dir = gotool.Root()
	if output, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("build the programs: %w: %s", err, output)
	}
	return nil
}

// ownServer starts one that keeps what it says it has kept. Its settings need a second start.
func (l *Lab) ownServer(ctx context.Context) (err error) {
	if l.kept, err = datadir.Keep(ctx, filepath.Join(l.dir, "postgres")); err != nil {
		return err
	}
	if err := l.startServer(ctx); err != nil {
		return err
	}
	if err := l.configure(ctx); err != nil {
		return err
	}
	l.server.Stop()
	l.settings = serverSettings
	return l.startServer(ctx)
}

func (l *Lab) startServer(ctx context.Context) (err error) {
	if l.server, err = devdb.Start(ctx, devdb.Options{Keep: l.kept, Say: l.Say}); err == nil {
		l.url = l.server.URL
	}
	return err
}

func (l *Lab) configure(ctx context.Context) error {
	return l.sql(ctx, l.url, func(conn *pgx.Conn) error {
		for _, setting := range serverSettings {
			name, value, _ := strings.Cut(setting, "=")
			if _, err := conn.Exec(ctx, fmt.Sprintf("ALTER SYSTEM SET %s = '%s'", name, value)); err != nil {
				return fmt.Errorf("set %s: %w", setting, err)
			}
		}
		return nil
	})
}

func (l *Lab) sql(ctx context.Context, url string, work func(conn *pgx.Conn) error) error {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	return work(conn)
}

// Close ends everything that the lab has started, and removes its data.
func (l *Lab) Close() {
	for _, p := range l.processes {
		p.stop()
	}
	if l.server != nil {
		l.server.Stop()
	}
	if l.kept != nil {
		l.kept.Close()
	}
	if l.dir != "" {
		_ = os.RemoveAll(l.dir) // what stays is removed by the next lab
	}
}

// dropBase removes a database and its roles.
func (l *Lab) dropBase(ctx context.Context, name string) error {
	return l.sql(ctx, l.url, func(conn *pgx.Conn) error {
		_, err := conn.Exec(ctx, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)")
		for _, role := range []string{"", ".api", ".projector", ".service"} {
			_, dropped := conn.Exec(ctx, "DROP ROLE IF EXISTS "+pgx.Identifier{name + role}.Sanitize())
			err = errors.Join(err, dropped)
		}
		return err
	})
}

// base is a migrated database.
type base struct {
	owner   string // URL of its owner
	service string // URL of the programs' login
}

// newBase makes a fresh database.
func (l *Lab) newBase(ctx context.Context, name string) (base, error) {
	err := l.sql(ctx, l.url, func(conn *pgx.Conn) error {
		_, err := conn.Exec(ctx, "CREATE DATABASE "+name)
		return err
	})
	if err != nil {
		return base{}, fmt.Errorf("create database %s: %w", name, err)
	}
	u, err := url.Parse(l.url)
	if err != nil {
		return base{}, errors.New("the server's URL is none")
	}
	u.Path = "/" + name
	b := base{owner: u.String()}
	u.User = url.UserPassword(name, l.password) // not the owner's, as in production
	b.service = u.String()
	return b, b.migrate(ctx)
}

func (b base) migrate(ctx context.Context) error {
	db, err := sql.Open("pgx", b.owner)
	if err != nil {
		return fmt.Errorf("open database: %w", err)
	}
	defer func() { _ = db.Close() }()
	if _, err := apply.Up(ctx, db, migrations.Service); err != nil {
		return err
	}
	pool, err := pg.Open(ctx, b.owner, "load", 1)
	if err != nil {
		return err
	}
	defer pool.Close()
	_, err = role.Grant(ctx, pool, role.Service, b.service)
	return err
}

// dirName begins the name of a lab's directory; the lab's process id ends it.
const dirName = "pgcqrs-load-"

// removeForgotten removes what labs that were killed have left.
func removeForgotten(parent string) {
	left, _ := filepath.Glob(filepath.Join(parent, dirName+"*")) // the pattern is valid
	for _, dir := range left {
		pid := strings.TrimPrefix(filepath.Base(dir), dirName)
		if _, err := os.Stat("/proc/" + pid); errors.Is(err, os.ErrNotExist) {
			_ = os.RemoveAll(dir)
		}
	}
}
