package lab

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"

	"github.com/jackc/pgx/v5"
	_ "github.com/jackc/pgx/v5/stdlib" // the driver that goose uses

	"example.com/pgcqrs/engine/pg"
	"example.com/pgcqrs/engine/pg/role"
	"example.com/pgcqrs/engine/schema/apply"
	"example.com/pgcqrs/migrations"
)

// DropBase removes a database and its roles.
func (l *Lab) DropBase(ctx context.Context, name string) error {
	return l.SQL(ctx, l.url, func(conn *pgx.Conn) error {
		_, err := conn.Exec(ctx, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)")
		for _, role := range []string{"", ".api", ".projector", ".worker", ".service"} {
			_, dropped := conn.Exec(ctx, "DROP ROLE IF EXISTS "+pgx.Identifier{name + role}.Sanitize())
			err = errors.Join(err, dropped)
		}
		return err
	})
}

// Base is a migrated database.
type Base struct {
	Owner   string // URL with the owner's login
	Service string // URL with the programs' login
}

// NewBase creates a fresh database with all migrations.
func (l *Lab) NewBase(ctx context.Context, name string) (Base, error) {
	err := l.SQL(ctx, l.url, func(conn *pgx.Conn) error {
		_, err := conn.Exec(ctx, "CREATE DATABASE "+name)
		return err
	})
	if err != nil {
		return Base{}, fmt.Errorf("create database %s: %w", name, err)
	}
	u, err := url.Parse(l.url)
	if err != nil {
		return Base{}, errors.New("the server's URL is none")
	}
	u.Path = "/" + name
	b := Base{Owner: u.String()}
	u.User = url.UserPassword(name, l.password) // as in production, the programs do not use the owner's login
	b.Service = u.String()
	return b, b.migrate(ctx)
}

func (b Base) migrate(ctx context.Context) error {
	db, err := sql.Open("pgx", b.Owner)
	if err != nil {
		return fmt.Errorf("open database: %w", err)
	}
	defer func() { _ = db.Close() }()
	if _, err := apply.Up(ctx, db, migrations.Service); err != nil {
		return err
	}
	pool, err := pg.Open(ctx, b.Owner, "load", 1)
	if err != nil {
		return err
	}
	defer pool.Close()
	_, err = role.Grant(ctx, pool, role.Service, b.Service)
	return err
}
