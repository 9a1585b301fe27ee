//go:build linux

package database

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"

	"github.com/jackc/pgx/v5"
	_ "github.com/jackc/pgx/v5/stdlib" // the driver that goose uses

	"example.com/pgcqrs/engine/enginetest/devdb"
	"example.com/pgcqrs/engine/enginetest/devdb/datadir"
	"example.com/pgcqrs/engine/pg"
	"example.com/pgcqrs/engine/pg/role"
	"example.com/pgcqrs/engine/schema/apply"
	"example.com/pgcqrs/migrations"
)

// URLs holds the URLs of a migrated database: for its owner, and for the login of each program.
type URLs struct{ Owner, API, Projector, Worker string }

// Server is the PostgreSQL server of the attacked service, with fsync on.
type Server struct {
	URLs     URLs
	dir      string
	kept     *datadir.Kept
	postgres *devdb.Server
}

// Start starts a server whose files are below the directory data, and migrates a database on it.
// Stop ends the server.
func Start(ctx context.Context, data string) (s *Server, err error) {
	s = &Server{}
	if s.dir, err = os.MkdirTemp(data, "pgcqrs-attacks-"); err != nil {
		return nil, fmt.Errorf("make directory: %w", err)
	}
	if err := s.up(ctx); err != nil {
		s.Stop()
		return nil, err
	}
	return s, nil
}

func (s *Server) up(ctx context.Context) (err error) {
	if err := os.Chmod(s.dir, 0o755); err != nil {
		return fmt.Errorf("open directory to the server's account: %w", err)
	}
	if s.kept, err = datadir.Keep(ctx, filepath.Join(s.dir, "postgres")); err != nil {
		return err
	}
	if s.postgres, err = devdb.Start(ctx, devdb.Options{Keep: s.kept}); err != nil {
		return err
	}
	if err := s.create(ctx); err != nil {
		return err
	}
	return s.migrate(ctx)
}

// create creates the database and stores its URLs.
func (s *Server) create(ctx context.Context) error {
	conn, err := pgx.Connect(ctx, s.postgres.URL)
	if err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	if _, err := conn.Exec(ctx, "CREATE DATABASE attacked"); err != nil {
		return fmt.Errorf("create database: %w", err)
	}
	u, err := url.Parse(s.postgres.URL)
	if err != nil {
		return errors.New("the server's URL is none")
	}
	u.Path = "/attacked"
	s.URLs.Owner = u.String()
	for name, to := range map[string]*string{"attacked_api": &s.URLs.API, "attacked_projector": &s.URLs.Projector, "attacked_worker": &s.URLs.Worker} {
		u.User = url.UserPassword(name, rand.Text())
		*to = u.String()
	}
	return nil
}

func (s *Server) migrate(ctx context.Context) error {
	db, err := sql.Open("pgx", s.URLs.Owner)
	if err != nil {
		return fmt.Errorf("open database: %w", err)
	}
	defer func() { _ = db.Close() }()
	if _, err := apply.Up(ctx, db, migrations.Service); err != nil {
		return err
	}
	pool, err := pg.Open(ctx, s.URLs.Owner, "attacks", 1)
	if err != nil {
		return err
	}
	defer pool.Close()
	for program, login := range map[string]string{role.API: s.URLs.API, role.Projector: s.URLs.Projector, role.Worker: s.URLs.Worker} {
		if _, err := role.Grant(ctx, pool, program, login); err != nil {
			return err
		}
	}
	return nil
}

// Stop ends the server and removes its files.
func (s *Server) Stop() {
	if s.postgres != nil {
		s.postgres.Stop()
	}
	if s.kept != nil {
		s.kept.Close()
	}
	_ = os.RemoveAll(s.dir) // whatever is left is below /var/tmp
}
