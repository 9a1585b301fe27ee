package database

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Roles returns the names of all roles of the cluster.
func Roles(ctx context.Context, owner *pgxpool.Pool) (names []string, err error) {
	if err := owner.QueryRow(ctx, `SELECT array_agg(rolname::text) FROM pg_roles`).Scan(&names); err != nil {
		return nil, fmt.Errorf("list roles: %w", err)
	}
	return names, nil
}

// DropSharedRoles drops the roles that the first migrations make for all databases of a cluster
// and that a later one takes the rights from. It leaves those that were there before, by their
// names in the list; that may log in, or have members; that have a right anywhere in the cluster; and
// all of them while somebody migrates another database, whose migrations may be about to grant
// to them. It returns the names of those that are gone.
func DropSharedRoles(ctx context.Context, owner *pgxpool.Pool, before []string) (gone []string, err error) {
	err = pgx.BeginFunc(ctx, owner, func(tx pgx.Tx) error {
		if err := lockRoles(ctx, tx); err != nil {
			return err
		}
		gone, err = dropUnused(ctx, tx, before)
		if err != nil || len(gone) == 0 {
			return err
		}
		// Looked at last: whoever begins now finds the roles gone before it comes to them.
		const others = `
			SELECT EXISTS (SELECT FROM pg_stat_activity
			               WHERE application_name = current_setting('application_name') AND datname <> current_database())`
		var migrating bool
		if err := tx.QueryRow(ctx, others).Scan(&migrating); err != nil {
			return err
		}
		if migrating {
			return errInUse
		}
		return nil
	})
	if errors.Is(err, errInUse) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("drop roles that nobody uses: %w", err)
	}
	return gone, nil
}

var errInUse = errors.New("another database is being migrated")

// dropUnused drops what can be dropped.
func dropUnused(ctx context.Context, tx pgx.Tx, before []string) (gone []string, err error) {
	const unused = `
		SELECT r.rolname::text, format('DROP ROLE %I', r.rolname)
		FROM (SELECT prefix FROM role_names ORDER BY id LIMIT 1) first, unnest(ARRAY['api', 'projector', 'service']) program,
		     pg_roles r
		WHERE r.rolname = first.prefix || program AND r.rolname <> role_of(program) AND r.rolname <> ALL ($1::text[])
		  AND NOT r.rolcanlogin AND NOT EXISTS (SELECT FROM pg_auth_members WHERE roleid = r.oid AND NOT admin_option)
		ORDER BY r.rolname`
	rows, err := tx.Query(ctx, unused, before)
	if err != nil {
		return nil, err
	}
	type role struct{ Name, Drop string }
	roles, err := pgx.CollectRows(rows, pgx.RowToStructByPos[role])
	if err != nil {
		return nil, err
	}
	for _, r := range roles {
		err := pgx.BeginFunc(ctx, tx, func(nested pgx.Tx) error { // a savepoint
			_, err := nested.Exec(ctx, r.Drop)
			return err
		})
		refusal, refused := errors.AsType[*pgconn.PgError](err)
		switch {
		case err == nil:
			gone = append(gone, r.Name)
		case refused && isOthers[refusal.Code]:
		default:
			return nil, err
		}
	}
	return gone, nil
}

// isOthers are the SQLSTATEs of a role that somebody else has, uses, or has dropped.
var isOthers = map[string]bool{"2BP01": true, "42501": true, "42704": true}
