package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/enginetest/devdb"
	"example.com/pgcqrs/engine/enginetest/devdb/binaries"
	"example.com/pgcqrs/engine/enginetest/devdb/datadir"
	"example.com/pgcqrs/engine/enginetest/devdb/shell"
)

// database is the PostgreSQL that was taken.
type database struct {
	url    string          // of its owner
	given  bool            // not ours: no role of it may be changed
	data   string          // where it is kept, and how to start over
	exited <-chan struct{} // closed when the server has ended; nil if we don't know
	stop   func()

	forgotten []string // the shell's variables that are about other servers, unset for ours
}

// source is what the developer asked for.
type source struct {
	choice   string // the -db flag; "" is auto
	variable string // the environment variable that may name a database
	given    string // its value
	keep     *datadir.Kept
}

// open takes a database and says which and why. What was asked for explicitly and
// can't be had is an error: nothing else is taken instead.
func (s source) open(ctx context.Context) (database, error) {
	if s.given != "" {
		if s.choice != "" && s.choice != "auto" {
			return database{}, fmt.Errorf("-db %s and %s both name a database: drop one of them", s.choice, s.variable)
		}
		say("database: the one that %s names", s.variable)
		return database{url: s.given, given: true, data: "there", stop: func() {}}, nil
	}
	forgotten := shell.Forget()
	db, err := s.own(ctx)
	db.forgotten = forgotten
	return db, err
}

// own starts a server.
func (s source) own(ctx context.Context) (database, error) {
	switch s.choice {
	case "local":
		return s.local(ctx, "-db local")
	case "docker":
		return s.docker(ctx, "-db docker")
	}
	return s.auto(ctx)
}

func (s source) auto(ctx context.Context) (database, error) {
	_, err := binaries.Find()
	if errors.Is(err, binaries.ErrNotFound) && dockerReady(ctx) == nil {
		return s.docker(ctx, "no PostgreSQL binaries here, and Docker has the image")
	}
	return s.local(ctx, s.variable+" is not set")
}

func (s source) local(ctx context.Context, why string) (database, error) {
	server, err := devdb.Start(ctx, devdb.Options{
		Keep: s.keep, Install: true, Say: func(what string) { say("database: %s", what) },
	})
	if err != nil {
		return database{}, err
	}
	where := "kept in " + server.Cluster.Dir
	if s.keep == nil {
		where = "for this run only, in " + server.Cluster.Dir
	}
	say("database: PostgreSQL %s of this machine (%s; %s), %s", server.Cluster.Binaries.Version, why, server.Cluster.Binaries.Why, where)
	return database{url: server.URL, data: server.Cluster.Dir + "  (remove it to start over)", exited: server.Exited(), stop: server.Stop}, nil
}

// named is the URL of a database of this name on the same server, made if it is missing.
func named(ctx context.Context, server, name string) (string, error) {
	conn, err := pgx.Connect(ctx, server)
	if err != nil {
		return "", fmt.Errorf("connect to the database: %w", err)
	}
	defer func() { _ = conn.Close(ctx) }()
	const exists = `SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)`
	var found bool
	if err := conn.QueryRow(ctx, exists, name).Scan(&found); err != nil {
		return "", fmt.Errorf("look for database %s: %w", name, err)
	}
	if !found {
		if _, err := conn.Exec(ctx, "CREATE DATABASE "+pgx.Identifier{name}.Sanitize()); err != nil {
			return "", fmt.Errorf("create database %s: %w", name, err)
		}
	}
	u, err := url.Parse(server)
	if err != nil {
		return "", errors.New("read the server's URL: it is none")
	}
	u.Path = "/" + name
	return u.String(), nil
}

// as is the URL for another user of the same database.
func as(given, user, password string) (string, error) {
	u, err := url.Parse(given)
	if err != nil || !strings.HasPrefix(u.Scheme, "postgres") {
		return "", errors.New("DATABASE_URL must look like postgres://user:password@host:5432/name")
	}
	u.User = url.UserPassword(user, password)
	return u.String(), nil
}
