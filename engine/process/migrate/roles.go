package migrate

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/pg"
)

// mend gives the roles of a restored database what its dump could not bring back. It comes before
// the migrations, which grant to roles that are there, and so it fails while one is missing.
func mend(ctx context.Context, pool *pgxpool.Pool, said *Report) (pg.Mended, error) {
	mended, err := pg.MendRights(ctx, pool)
	if err != nil {
		return mended, err
	}
	said.RolesMade, said.RightsGiven = mended.Made, mended.Given
	if len(mended.Made) > 0 {
		said.Line("these roles were not there, and were made: %s", strings.Join(mended.Made, ", "))
	}
	if mended.Given > 0 {
		said.Line("roles had lost %d rights, as in a restore into a cluster without them, and have them again", mended.Given)
	}
	for _, statement := range mended.Refused {
		said.warn("a right is lost that this login may not give. As the owner of what it is on: %s", statement)
	}
	return mended, askFor(mended.Missing)
}

// askFor returns an error that says how roles are made which this login may not make.
func askFor(missing []string) error {
	if len(missing) == 0 {
		return nil
	}
	statements := make([]string, 0, len(missing))
	for _, role := range missing {
		statements = append(statements, "CREATE ROLE "+pgx.Identifier{role}.Sanitize()+";")
	}
	return fmt.Errorf("no migration was applied: roles that have rights here are not there, and this login may not make them. "+
		"Run this as a superuser or a login with CREATEROLE, and then migrate again: %s", strings.Join(statements, " "))
}

// logins are those that are to be made.
func (c Config) logins() []pg.Login {
	return slices.DeleteFunc([]pg.Login{
		{Program: pg.APIRole, Variable: "API_DATABASE_URL", URL: c.APIDatabaseURL},
		{Program: pg.ProjectorRole, Variable: "PROJECTOR_DATABASE_URL", URL: c.ProjectorDatabaseURL},
		{Program: pg.ServiceRole, Variable: "SERVICE_DATABASE_URL", URL: c.ServiceDatabaseURL},
	}, func(login pg.Login) bool { return login.URL == "" })
}

// check looks, before anything is changed, at what would go wrong later; and it names logins
// that a database of the same name has left.
func check(ctx context.Context, pool *pgxpool.Pool, logins []pg.Login, said *Report) error {
	const variable = "DATABASE_URL"
	if err := pg.CheckReleased(ctx, pool); err != nil {
		return fmt.Errorf("nothing was done: %w", err)
	}
	if err := pg.CheckOwner(ctx, pool); err != nil {
		return fmt.Errorf("%s: %w", variable, err)
	}
	if err := pg.CheckDatabase(ctx, pool); err != nil {
		return fmt.Errorf("nothing was done: %w", err)
	}
	if err := pg.CheckLogins(ctx, pool, variable, logins); err != nil {
		return fmt.Errorf("nothing was done: %w", err)
	}
	left, err := pg.Inherited(ctx, pool, logins)
	if len(left) > 0 {
		said.warn("roles of this database's name were there before it, and so these logins get its rights now: %s. "+
			"Drop those of a database that is gone, or REVOKE their role: docs/operations.md, Roles", strings.Join(left, ", "))
	}
	return err
}

// admit makes the logins of the programs, shuts others out once all are made, and records what the roles may do then.
func admit(ctx context.Context, pool *pgxpool.Pool, config Config, mended pg.Mended, said *Report) error {
	if err := pg.NameRoles(ctx, pool); err != nil {
		return err
	}
	for _, login := range config.logins() {
		granted, err := pg.Grant(ctx, pool, login.Program, login.URL)
		if err != nil {
			return err
		}
		said.login(granted)
	}
	err := shutOut(ctx, pool, config, said)
	return errors.Join(err, pg.RecordRights(ctx, pool, mended))
}

// shutOut closes the database to others, if the logins of both programs are known.
func shutOut(ctx context.Context, pool *pgxpool.Pool, config Config, said *Report) error {
	if config.ServiceDatabaseURL == "" && (config.APIDatabaseURL == "" || config.ProjectorDatabaseURL == "") {
		return nil // there are logins that we don't know
	}
	err := pg.ShutOut(ctx, pool)
	if errors.Is(err, pg.ErrNotOwner) {
		said.Line("%v", err)
		said.NotClosed = err.Error()
		return nil
	}
	if err == nil {
		said.Closed = true
		said.Line("nobody else may connect to the database, but its owner")
	}
	return err
}
