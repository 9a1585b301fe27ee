// Package migrate runs cmd/migrate on the database of a run of dev.
package migrate

import (
	"cmp"
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"syscall"

	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/enginetest/devtool/launch"
	"example.com/pgcqrs/tools/dev/child"
	"example.com/pgcqrs/tools/dev/console"
	"example.com/pgcqrs/tools/dev/database"
	"example.com/pgcqrs/tools/dev/environment"
	"example.com/pgcqrs/tools/dev/foreign"
)

// Run is what cmd/migrate runs with.
type Run struct {
	Guard   *child.Guard
	Program string // its path
	Dir     string // holds the data and the programs
	KeyURI  string // of the key that wraps those of personal data
}

// On brings the schema up, and makes the logins of API and projector: they may
// not change the schema. A database that was given keeps its roles, but for those
// that the variables name.
func (m Run) On(ctx context.Context, db database.Server) (ownerURL string, loginURLs map[string]string, err error) {
	ownerURL, loginURLs = db.URL, make(map[string]string)
	env := map[string]string{"DATABASE_URL": db.URL, "KEY_URI": m.KeyURI}
	if !db.Given {
		if ownerURL, err = database.Named(ctx, db.URL, launch.Service()); err != nil {
			return "", nil, err
		}
		env["DATABASE_URL"], env["SERVICE_DATABASE_URL"] = ownerURL, ""
		if err := m.refuseOld(ctx, ownerURL, db.Data); err != nil {
			return "", nil, err
		}
	}
	for name, variable := range logins {
		if loginURLs[name] = cmp.Or(os.Getenv(variable), os.Getenv("SERVICE_DATABASE_URL")); db.Given {
			continue
		}
		if loginURLs[name], err = database.As(ownerURL, launch.Service()+"_"+name+"_dev", rand.Text()); err != nil {
			return "", nil, err
		}
		env[variable] = loginURLs[name]
	}
	migrate, err := m.Guard.Start("migrate", environment.With(env), m.Program)
	if err != nil {
		return "", nil, err
	}
	defer migrate.Stop(syscall.SIGTERM)
	for name, url := range loginURLs {
		if url == "" {
			console.Say("neither %s nor SERVICE_DATABASE_URL is set: %s connects as the schema's owner", logins[name], name)
			loginURLs[name] = ownerURL
		}
	}
	select {
	case <-ctx.Done():
		return "", nil, ctx.Err()
	case <-migrate.Ended():
	}
	if migrate.Err() != nil {
		return "", nil, migrate.Died()
	}
	return ownerURL, loginURLs, nil
}

// refuseOld fails where an unreleased version has kept its data, and says how to start over.
func (m Run) refuseOld(ctx context.Context, ownerURL, data string) error {
	conn, err := pgx.Connect(ctx, ownerURL)
	if err != nil {
		return fmt.Errorf("connect to the database: %w", err)
	}
	defer func() { _ = conn.Close(ctx) }()
	if err := foreign.RefuseUnreleased(ctx, conn); err != nil {
		return fmt.Errorf("%w. To start over remove %s, with all that it holds, and run this again (the data is in %s)", err, m.Dir, data)
	}
	return nil
}

// logins are the variables that name the programs' logins to cmd/migrate.
var logins = map[string]string{"api": "API_DATABASE_URL", "projector": "PROJECTOR_DATABASE_URL"}
