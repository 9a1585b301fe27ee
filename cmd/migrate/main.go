// Command migrate applies the missing migrations to the database and ends. Command migrate is the
// only program that changes the schema, and the only one that connects as the schema's owner. The
// command migrate -h lists the environment variables of the program.
//
// The command migrate rotate-key adds a new key to the file that KEY_URI names. The command then
// encrypts the keys of all persons with the new key. It also replaces the hashes by which searches
// find personal data: it computes the hashes again with a new secret. The command migrate
// drop-old-keys removes from the file all keys that no row of the database needs any more.
//
// The command migrate erase-again destroys the keys of erased people again, after a restored backup
// has brought these keys back.
//
// The commands migrate issuer -same URL and migrate issuer -other URL add an issuer of tokens,
// which will be the new AUTH_ISSUER. The flag -same says that a subject of the new issuer, and the
// subject with the same name of the previous issuer, are the same person. The flag -other says that
// they are different persons.
//
// The command migrate new-epoch tells all processes and clients that the log has lost events. This
// command is needed after a backup was restored while no process was running.
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
		Does:      "migrate brings the database to the newest schema and ends. It also creates the logins of the other programs, and the key that encrypts the keys of persons, if the variables that name them are set. With -json it prints its result as JSON.",
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
		WorkerDatabaseURL: config.WorkerDatabaseURL, ServiceDatabaseURL: config.ServiceDatabaseURL, KeyURI: config.KeyURI,
	}, args)
}

// bringUp applies the missing migrations, and stores the name of the service in the database.
func bringUp(ctx context.Context, pool *pgxpool.Pool, said *report.Report) error {
	applied, err := migrate.InTurns(ctx, pool, up, said)
	if err != nil {
		return err
	}
	said.Engine, said.Schema, said.Applied = schema.Engine.Newest(), migrations.Service.Newest(), &applied
	said.Line("schema is at version %d of the engine and %d of the service (%d applied now)", said.Engine, said.Schema, applied)
	return role.NameService(ctx, pool, naming.Service)
}

// up applies the missing migrations and returns their names. If your service needs more options of
// goose, such as migrations in Go, add them here.
func up(ctx context.Context, db *sql.DB) ([]string, error) {
	options, err := apply.Options(migrations.Service)
	if err != nil {
		return nil, err
	}
	own, err := goose.NewProvider(goose.DialectPostgres, db, migrations.Service.FS, options...)
	if err != nil && !errors.Is(err, goose.ErrNoMigrations) { // a new service may have no migration
		return nil, err
	}
	return apply.With(ctx, db, migrations.Service, own)
}
