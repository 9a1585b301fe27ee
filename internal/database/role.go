package database

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// The roles that the migrations make and grant rights to. None owns anything.
const (
	ServiceRole   = "pgcqrs_service"   // what cmd/api and cmd/projector need, together
	APIRole       = "pgcqrs_api"       // what cmd/api needs
	ProjectorRole = "pgcqrs_projector" // what cmd/projector needs; its commands that rebuild run as the owner
)

// Grant makes the user of a URL a login with the rights of a role, or gives it the
// URL's password if it exists. It says the login's name.
func Grant(ctx context.Context, owner *pgxpool.Pool, role, loginURL string) (string, error) {
	config, err := Config(loginURL, "")
	if err != nil {
		return "", err
	}
	login, password := config.ConnConfig.User, config.ConnConfig.Password
	if login == owner.Config().ConnConfig.User {
		return "", errors.New("the login must be another than the schema owner's, or it could change the log")
	}
	err = pgx.BeginFunc(ctx, owner, func(tx pgx.Tx) error {
		if err := lockRoles(ctx, tx); err != nil {
			return err
		}
		return grantLogin(ctx, tx, role, login, password)
	})
	if err != nil {
		return "", fmt.Errorf("make login %q with the rights of %s: %w", login, role, err)
	}
	return login, nil
}

// lockRoles serialises us: two sessions that alter one role fail each other.
func lockRoles(ctx context.Context, tx pgx.Tx) error {
	_, err := tx.Exec(ctx, `LOCK TABLE goose_db_version IN SHARE ROW EXCLUSIVE MODE`)
	return err
}

func grantLogin(ctx context.Context, tx pgx.Tx, role, login, password string) error {
	const sql = `
		SELECT format(CASE WHEN EXISTS (SELECT FROM pg_roles WHERE rolname = $1)
		                   THEN 'ALTER ROLE %I LOGIN PASSWORD %L' ELSE 'CREATE ROLE %I LOGIN PASSWORD %L' END, $1::text, $2::text),
		       format('GRANT %I TO %I', $3::text, $1::text)`
	var makeLogin, grant string
	if err := tx.QueryRow(ctx, sql, login, password, role).Scan(&makeLogin, &grant); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, makeLogin); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, grant)
	return err
}
