// Package migrate runs cmd/migrate on the database that a run of dev uses.
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

// Run holds the paths and the key with which cmd/migrate runs.
type Run struct {
	Guard   *child.Guard
	Program string // path of cmd/migrate's binary
	Dir     string // folder of the data and of the binaries
	KeyURI  string // URI of the key that encrypts the keys of personal data
}

// On applies the migrations. On also creates the logins of the API, of the projector and of the
// projector's workflows (worker). These logins may not change the schema. In a database that the
// developer names, On changes only the roles that the environment variables name.
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

// refuseOld fails if the database contains data of an unreleased version of the service. The error
// says how to start with empty data.
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

// logins maps each program, and the workflows of the projector (worker), to an environment
// variable. cmd/migrate reads the login from this variable.
var logins = map[string]string{"api": "API_DATABASE_URL", "projector": "PROJECTOR_DATABASE_URL", "worker": "WORKER_DATABASE_URL"}
