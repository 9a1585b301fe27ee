package database

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/jackc/pgx/v5"
)

// Named returns the URL of the database with the given name on the same server. If the database is
// missing, Named creates it.
func Named(ctx context.Context, server, name string) (string, error) {
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

// As returns the URL of the same database with another user name and password.
func As(given, user, password string) (string, error) {
	u, err := url.Parse(given)
	if err != nil || !strings.HasPrefix(u.Scheme, "postgres") {
		return "", errors.New("DATABASE_URL must look like postgres://user:password@host:5432/name")
	}
	u.User = url.UserPassword(user, password)
	return u.String(), nil
}
