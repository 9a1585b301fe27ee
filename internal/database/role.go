package database

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// serviceRole owns nothing and may do what cmd/api and cmd/projector need; the
// migrations make it and grant it its rights.
const serviceRole = "pgcqrs_service"

// GrantService makes the user of the service's URL a login with the rights of
// serviceRole, or gives it the URL's password if it exists. It says the role's name.
func GrantService(ctx context.Context, owner *pgxpool.Pool, serviceURL string) (string, error) {
	config, err := Config(serviceURL, "")
	if err != nil {
		return "", err
	}
	role, password := config.ConnConfig.User, config.ConnConfig.Password
	if role == owner.Config().ConnConfig.User {
		return "", errors.New("the service's role must be another than the schema owner's, or it could change the log")
	}
	err = pgx.BeginFunc(ctx, owner, func(tx pgx.Tx) error {
		if err := lockRoles(ctx, tx); err != nil {
			return err
		}
		return grantLogin(ctx, tx, role, password)
	})
	if err != nil {
		return "", fmt.Errorf("make role %q for the service: %w", role, err)
	}
	return role, nil
}

// lockRoles serialises us: two sessions that alter one role fail each other.
func lockRoles(ctx context.Context, tx pgx.Tx) error {
	_, err := tx.Exec(ctx, `LOCK TABLE goose_db_version IN SHARE ROW EXCLUSIVE MODE`)
	return err
}

func grantLogin(ctx context.Context, tx pgx.Tx, role, password string) error {
	const sql = `
		SELECT format(CASE WHEN EXISTS (SELECT FROM pg_roles WHERE rolname = $1)
		                   THEN 'ALTER ROLE %I LOGIN PASSWORD %L' ELSE 'CREATE ROLE %I LOGIN PASSWORD %L' END, $1::text, $2::text),
		       format('GRANT %I TO %I', $3::text, $1::text)`
	var makeRole, grant string
	if err := tx.QueryRow(ctx, sql, role, password, serviceRole).Scan(&makeRole, &grant); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, makeRole); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, grant)
	return err
}
