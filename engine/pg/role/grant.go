package role

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/pg/dsn"
)

// Granted is the result of Grant.
type Granted struct {
	Login  string
	Role   string // role whose rights the login has
	Kept   bool   // the password is unchanged, because somebody else has made the login
	Excess string // rights that the login has and no program needs
}

// Grant turns the user in a URL into a login with the rights of a program's role. If an earlier
// Grant has made the login, Grant sets the login's password to the password of the URL. Grant
// returns an error if the login belongs to another database of the cluster, or to another program.
func Grant(ctx context.Context, owner *pgxpool.Pool, program, loginURL string) (granted Granted, err error) {
	config, err := dsn.Config(loginURL, "")
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
		if err := NameAllIn(ctx, tx); err != nil {
			return err
		}
		return granted.login(ctx, tx, program, verifier)
	})
	if err != nil {
		return Granted{}, fmt.Errorf("make login %q with the rights of %s: %w", granted.Login, program, err)
	}
	return granted, nil
}

// login makes the login of a URL. If the login exists already, the function only finds out to which
// database it belongs. In both cases the function then grants the role to the login.
func (g *Granted) login(ctx context.Context, tx pgx.Tx, program, verifier string) error {
	const look = `
		WITH related AS (
		    SELECT $1::text AS name
		    UNION ALL
		    SELECT g.rolname FROM pg_roles l JOIN pg_auth_members m ON m.member = l.oid JOIN pg_roles g ON g.oid = m.roleid WHERE l.rolname = $1
		)
		SELECT role_of($2), EXISTS (SELECT FROM pg_roles WHERE rolname = $1), database_of($1) IS NOT NULL,
		       coalesce((SELECT min(d.datname) FROM related JOIN pg_database d ON d.oid = database_of(related.name) WHERE d.datname <> current_database()), ''),
		       coalesce((SELECT min(name) FROM related WHERE name IN (SELECT role_of(program) FROM unnest($3::text[]) program)), '')`
	var exists, ours bool
	var other, second string
	if err := tx.QueryRow(ctx, look, g.Login, program, OtherPrograms[program]).Scan(&g.Role, &exists, &ours, &other, &second); err != nil {
		return fmt.Errorf("look at the login: %w", err)
	}
	if other != "" {
		return fmt.Errorf("it is a login of database %q: give each database logins of its own", other)
	}
	if second != "" {
		return ErrOtherProgram(g.Login, second)
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
	return tx.QueryRow(ctx, Excess, g.Login).Scan(&g.Excess)
}
