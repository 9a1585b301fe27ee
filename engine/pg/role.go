package pg

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// The programs that have a role each, whose name the migrations make of the database's:
// role_of says it. None of the roles owns anything.
const (
	ServiceRole   = "service"   // what cmd/api and cmd/projector need, together
	APIRole       = "api"       // what cmd/api needs
	ProjectorRole = "projector" // what cmd/projector needs, and cmd/ops; ops projections rebuild runs as the owner
)

// NameRoles names the roles after the database, which may have got another name, or be a
// copy of another one, since it was migrated.
func NameRoles(ctx context.Context, owner *pgxpool.Pool) error {
	err := pgx.BeginFunc(ctx, owner, func(tx pgx.Tx) error {
		return nameRoles(ctx, tx)
	})
	if err != nil {
		return fmt.Errorf("name roles: %w", err)
	}
	return nil
}

func nameRoles(ctx context.Context, tx pgx.Tx) error {
	if err := lockRoles(ctx, tx); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `SELECT name_roles()`)
	return err
}

// NameService has the list of the service's migrations say whose they are: another service's engine has
// the same tables.
func NameService(ctx context.Context, owner *pgxpool.Pool, service string) error {
	const sql = `
		SELECT format('COMMENT ON TABLE goose_db_version IS %L', 'migrations of ' || $1::text)
		WHERE obj_description('goose_db_version'::regclass, 'pg_class') IS DISTINCT FROM 'migrations of ' || $1::text`
	var comment string
	err := owner.QueryRow(ctx, sql, service).Scan(&comment)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil
	}
	if err == nil {
		_, err = owner.Exec(ctx, comment)
	}
	if err != nil {
		return fmt.Errorf("name the service: %w", err)
	}
	return nil
}

// Granted says what Grant has done.
type Granted struct {
	Login  string
	Role   string // that it has the rights of
	Kept   bool   // its password is as it was: somebody else has made the login
	Excess string // rights that it has and no program needs
}

// Grant makes the user of a URL a login with the rights of a program's role. If Grant has
// made the login before it gets the URL's password. A login of another database of the
// cluster, or of the other program, is refused.
func Grant(ctx context.Context, owner *pgxpool.Pool, program, loginURL string) (granted Granted, err error) {
	config, err := Config(loginURL, "")
	if err != nil {
		return Granted{}, err
	}
	granted.Login = config.ConnConfig.User
	if granted.Login == owner.Config().ConnConfig.User {
		return Granted{}, errors.New("the login must be another than the schema owner's, or it could change the log")
	}
	verifier, err := scramVerifier(config.ConnConfig.Password)
	if err != nil {
		return Granted{}, err
	}
	err = pgx.BeginFunc(ctx, owner, func(tx pgx.Tx) error {
		if err := nameRoles(ctx, tx); err != nil {
			return err
		}
		return granted.login(ctx, tx, program, verifier)
	})
	if err != nil {
		return Granted{}, fmt.Errorf("make login %q with the rights of %s: %w", granted.Login, program, err)
	}
	return granted, nil
}

// lockRoles serialises us: two sessions that alter one role fail each other.
func lockRoles(ctx context.Context, tx pgx.Tx) error {
	_, err := tx.Exec(ctx, `LOCK TABLE engine_version IN SHARE ROW EXCLUSIVE MODE`)
	return err
}

// login makes the login, or finds out whose it is, and makes it a member.
func (g *Granted) login(ctx context.Context, tx pgx.Tx, program, verifier string) error {
	const look = `
		WITH related AS (
		    SELECT $1::text AS name
		    UNION ALL
		    SELECT g.rolname FROM pg_roles l JOIN pg_auth_members m ON m.member = l.oid JOIN pg_roles g ON g.oid = m.roleid WHERE l.rolname = $1
		)
		SELECT role_of($2), EXISTS (SELECT FROM pg_roles WHERE rolname = $1), database_of($1) IS NOT NULL,
		       coalesce((SELECT min(d.datname) FROM related JOIN pg_database d ON d.oid = database_of(related.name) WHERE d.datname <> current_database()), ''),
		       coalesce((SELECT min(name) FROM related WHERE name = role_of($3)), '')`
	var exists, ours bool
	var other, second string
	if err := tx.QueryRow(ctx, look, g.Login, program, otherProgram[program]).Scan(&g.Role, &exists, &ours, &other, &second); err != nil {
		return fmt.Errorf("look at the login: %w", err)
	}
	if other != "" {
		return fmt.Errorf("it is a login of database %q: give each database logins of its own", other)
	}
	if second != "" {
		return errOtherProgram(g.Login, second)
	}
	g.Kept = exists && !ours
	const statements = `
		SELECT format(CASE WHEN $1 THEN 'ALTER ROLE %I LOGIN' ELSE 'CREATE ROLE %I LOGIN' END, $2::text)
		       || CASE $3 WHEN '' THEN '' ELSE format(' PASSWORD %L', $3::text) END,
		       format('COMMENT ON ROLE %I IS %L', $2::text, role_mark()),
		       format('GRANT %I TO %I', $4::text, $2::text)`
	var change, mark, grant string
	if err := tx.QueryRow(ctx, statements, exists, g.Login, verifier, g.Role).Scan(&change, &mark, &grant); err != nil {
		return err
	}
	todo := []string{change, mark, grant}
	if g.Kept {
		todo = []string{grant}
	}
	for _, sql := range todo {
		if _, err := tx.Exec(ctx, sql); err != nil {
			return err
		}
	}
	return tx.QueryRow(ctx, excess, g.Login).Scan(&g.Excess)
}

// ErrNotOwner says that the database belongs to somebody else than the schema.
var ErrNotOwner = errors.New("the database belongs to another role, who has to GRANT CONNECT ON DATABASE to the roles and REVOKE it FROM PUBLIC")

// ShutOut takes what the roles of before have left, and lets nobody connect to the database
// but logins with its own roles, and its owner. All of its logins must have been granted.
func ShutOut(ctx context.Context, owner *pgxpool.Pool) error {
	const revoke = `
		SELECT revoke_rights(name) FROM role_names, unnest(ARRAY['api', 'projector', 'service']) program, concat(prefix, program) name
		WHERE name <> role_of(program)`
	err := pgx.BeginFunc(ctx, owner, func(tx pgx.Tx) error {
		if err := lockRoles(ctx, tx); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, revoke)
		return err
	})
	if err != nil {
		return fmt.Errorf("take the rights of the roles before: %w", err)
	}
	if err := pgx.BeginFunc(ctx, owner, func(tx pgx.Tx) error { return closeDatabase(ctx, tx) }); err != nil {
		return fmt.Errorf("close the database to others: %w", err)
	}
	return nil
}

// closeDatabase leaves CONNECT to the database's own roles.
func closeDatabase(ctx context.Context, tx pgx.Tx) error {
	const sql = `
		SELECT pg_has_role(d.datdba, 'USAGE'),
		       ARRAY(SELECT format('GRANT CONNECT ON DATABASE %I TO %I', d.datname, role_of(program))
		             FROM unnest(ARRAY['api', 'projector', 'service']) program)
		       || format('REVOKE CONNECT ON DATABASE %I FROM PUBLIC', d.datname)
		FROM pg_database d WHERE d.datname = current_database()`
	if err := lockRoles(ctx, tx); err != nil {
		return err
	}
	var may bool
	var statements []string
	if err := tx.QueryRow(ctx, sql).Scan(&may, &statements); err != nil {
		return err
	}
	if !may {
		return ErrNotOwner
	}
	for _, statement := range statements {
		if _, err := tx.Exec(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}
