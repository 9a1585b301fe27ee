// Command migrate is the migration program of a service that has no migrations of its own. Only the
// tests in engine/test/pg use command migrate.
package main

import (
	"context"
	"database/sql"
	"embed"
	"flag"
	"os"

	"example.com/pgcqrs/engine/pg/role"
	"example.com/pgcqrs/engine/process/env"
	"example.com/pgcqrs/engine/process/migrate/report"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/kelseyhightower/envconfig"

	"example.com/pgcqrs/engine/enginetest/tank"
	"example.com/pgcqrs/engine/process/cli"
	"example.com/pgcqrs/engine/process/migrate"
	"example.com/pgcqrs/engine/schema"
	"example.com/pgcqrs/engine/schema/apply"
)

type config struct {
	DatabaseURL    string `envconfig:"DATABASE_URL" required:"true" url:"true" desc:"The database, as its owner."`
	APIDatabaseURL string `envconfig:"API_DATABASE_URL" url:"true" desc:"The API's login."`
	KeyURI         string `envconfig:"KEY_URI" desc:"The key of personal data."`
}

func main() { tank.Main("migrate", run) }

func run(ctx context.Context) error {
	var have config
	args := cli.Program{
		Service: "tank", Name: "migrate", Does: "migrate brings a database of the tests up.", Takes: "[-json]",
		Flags: func(flags *flag.FlagSet) { migrate.JSONFlag(flags) }, Verbs: migrate.Verbs(), Variables: env.Variables(&have),
	}.Parse(os.Args[1:])
	if err := env.Load(&have, envconfig.Process); err != nil {
		return err
	}
	return migrate.Run(ctx, migrate.Config{
		Service: "tank", Decode: tank.Decode, Up: bringUp,
		DatabaseURL: have.DatabaseURL, APIDatabaseURL: have.APIDatabaseURL, KeyURI: have.KeyURI,
	}, args)
}

func bringUp(ctx context.Context, pool *pgxpool.Pool, said *report.Report) error {
	applied, err := migrate.InTurns(ctx, pool, func(ctx context.Context, db *sql.DB) ([]string, error) {
		return apply.Up(ctx, db, schema.OfService(embed.FS{}))
	}, said)
	if err != nil {
		return err
	}
	said.Engine, said.Applied = schema.Engine.Newest(), &applied
	said.Line("schema is at version %d of the engine (%d applied now)", said.Engine, applied)
	return role.NameService(ctx, pool, "tank")
}
