// Command migrate brings the database to the newest schema and ends. It is the
// only program that changes the schema, and the only one that connects as its owner.
// migrate -h lists what it reads from the environment.
//
// migrate rotate-key gives KEY_URI a new key, wraps all others by it, and makes look-ups anew by a new secret.
// migrate drop-old-keys takes the keys out of KEY_URI that no row needs any more.
//
// migrate erase-again destroys the keys that a restored backup has brought back of people
// who were erased.
//
// migrate issuer -same URL and migrate issuer -other URL say whether a new AUTH_ISSUER has the same people.
//
// migrate new-epoch tells everybody that the log went back, after a restore that no process
// has lived through.
package main

import (
	"context"
	"database/sql"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/kelseyhightower/envconfig"
	"github.com/pressly/goose/v3"

	"example.com/pgcqrs/engine/pg/role"
	"example.com/pgcqrs/engine/process/cli"
	"example.com/pgcqrs/engine/process/env"
	"example.com/pgcqrs/engine/process/migrate"
	"example.com/pgcqrs/engine/process/migrate/report"
	"example.com/pgcqrs/engine/schema"
	"example.com/pgcqrs/engine/schema/apply"
	"example.com/pgcqrs/internal/events"
	"example.com/pgcqrs/internal/naming"
	"example.com/pgcqrs/migrations"
)

func main() {
	args := cli.Program{
		Service:   naming.Service,
		Name:      "migrate",
		Does:      "migrate brings the database to the newest schema and ends. It makes the logins of the other programs, and the key that wraps those of personal data, if their variables are set. -json prints what was done as JSON.",
		Takes:     "[-json]",
		Flags:     func(flags *flag.FlagSet) { migrate.JSONFlag(flags) },
		Verbs:     migrate.Verbs(),
		Variables: env.Variables(&Config{}),
	}.Parse(os.Args[1:])
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, args); err != nil {
		fmt.Fprintln(os.Stderr, "migrate:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	var config Config
	if err := env.Load(&config, envconfig.Process); err != nil {
		return err
	}
	return migrate.Run(ctx, migrate.Config{
		Service: naming.Service, Decode: events.DecodeEvent, Erasing: events.Erasing, Up: bringUp,
		DatabaseURL: config.DatabaseURL, APIDatabaseURL: config.APIDatabaseURL, ProjectorDatabaseURL: config.ProjectorDatabaseURL,
		ServiceDatabaseURL: config.ServiceDatabaseURL, KeyURI: config.KeyURI,
	}, args)
}

// bringUp applies the migrations, and has the database say whose they are.
func bringUp(ctx context.Context, pool *pgxpool.Pool, said *report.Report) error {
	applied, err := migrate.InTurns(ctx, pool, up, said)
	if err != nil {
		return err
	}
	said.Engine, said.Schema, said.Applied = schema.Engine.Newest(), migrations.Service.Newest(), &applied
	said.Line("schema is at version %d of the engine and %d of the service (%d applied now)", said.Engine, said.Schema, applied)
	return role.NameService(ctx, pool, naming.Service)
}

// up applies what is missing, and says what that was. What the service's own migrations want of goose besides, like
// migrations in Go, goes here.
func up(ctx context.Context, db *sql.DB) ([]string, error) {
	options, err := apply.Options(migrations.Service)
	if err != nil {
		return nil, err
	}
	own, err := goose.NewProvider(goose.DialectPostgres, db, migrations.Service.FS, options...)
	if err != nil && !errors.Is(err, goose.ErrNoMigrations) { // a service may have none yet
		return nil, err
	}
	return apply.With(ctx, db, migrations.Service, own)
}
