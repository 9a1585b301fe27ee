package admit

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/pg/logins"
	"example.com/pgcqrs/engine/pg/role"
	"example.com/pgcqrs/engine/pg/rolerights"
	"example.com/pgcqrs/engine/process/migrate/report"
	"example.com/pgcqrs/engine/schema/present"
)

// Mend repairs the roles of a restored database: it creates missing roles, and grants the rights
// that the restore has not granted. Mend must run before the migrations, which grant rights to
// existing roles. Mend fails if migrate's login may not create a missing role.
func Mend(ctx context.Context, pool *pgxpool.Pool, said *report.Report) (rolerights.Mended, error) {
	mended, err := rolerights.Mend(ctx, pool)
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
		said.Warn("a right is lost that this login may not give. As the owner of what it is on: %s", statement)
	}
	missing, err := role.MissingWorker(ctx, pool)
	if err != nil {
		return mended, err
	}
	if missing != "" && !slices.Contains(mended.Missing, missing) {
		mended.Missing = append(mended.Missing, missing)
	}
	return mended, askFor(mended.Missing)
}

// askFor returns an error about the roles that migrate's login may not create. The error says how
// to create them.
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

// Check looks for problems of later steps, before any step changes something. Check also warns of
// logins that remain from an earlier database of the same name.
func Check(ctx context.Context, pool *pgxpool.Pool, given []logins.Login, said *report.Report) error {
	const variable = "DATABASE_URL"
	if err := present.CheckReleased(ctx, pool); err != nil {
		return fmt.Errorf("nothing was done: %w", err)
	}
	if err := present.CheckOwner(ctx, pool); err != nil {
		return fmt.Errorf("%s: %w", variable, err)
	}
	if err := present.CheckDatabase(ctx, pool); err != nil {
		return fmt.Errorf("nothing was done: %w", err)
	}
	if err := logins.CheckAll(ctx, pool, variable, given); err != nil {
		return fmt.Errorf("nothing was done: %w", err)
	}
	left, err := logins.Inherited(ctx, pool, given)
	if len(left) > 0 {
		said.Warn("roles of this database's name were there before it, and so these logins get its rights now: %s. "+
			"Drop those of a database that is gone, or REVOKE their role: docs/operations.md, Roles", strings.Join(left, ", "))
	}
	return err
}

// Logins creates the programs' logins. After all of these logins exist, Logins revokes the access
// of other logins, and records the rights of the roles.
func Logins(ctx context.Context, pool *pgxpool.Pool, given []logins.Login, mended rolerights.Mended, said *report.Report) error {
	if err := role.NameAll(ctx, pool); err != nil {
		return err
	}
	for _, login := range given {
		granted, err := role.Grant(ctx, pool, login.Program, login.URL)
		if err != nil {
			return err
		}
		said.Login(granted)
	}
	err := shutOut(ctx, pool, given, said)
	return errors.Join(err, rolerights.Record(ctx, pool, mended))
}

// shutOut ensures that no login can connect to the database, except the members of the programs'
// roles and the owner. If migrate does not know the logins of both programs, the API and the
// projector, shutOut does nothing. migrate need not know the worker's login: a service may have no
// workflows, and an existing worker's login is already a member of its role.
func shutOut(ctx context.Context, pool *pgxpool.Pool, given []logins.Login, said *report.Report) error {
	has := func(program string) bool {
		return slices.ContainsFunc(given, func(login logins.Login) bool { return login.Program == program })
	}
	if !has(role.Service) && (!has(role.API) || !has(role.Projector)) {
		return nil // migrate does not know all logins
	}
	err := role.ShutOut(ctx, pool)
	if errors.Is(err, role.ErrNotOwner) {
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
