package migrate

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/pg"
	"example.com/pgcqrs/engine/pg/dsn"
	"example.com/pgcqrs/engine/pg/failure"
	"example.com/pgcqrs/engine/pg/pooler"
	"example.com/pgcqrs/engine/process/cli"
	"example.com/pgcqrs/engine/process/migrate/admit"
	"example.com/pgcqrs/engine/process/migrate/report"
)

// Verbs returns the subcommands of the program.
func Verbs() []cli.Verb {
	return []cli.Verb{
		verb("rotate-key", "gives KEY_URI a new key, wraps all others by it, and makes look-ups anew"),
		verb("drop-old-keys", "takes the keys out of KEY_URI that were rotated away, unless one is still needed"),
		verb("erase-again", "destroys the keys that a restored backup has brought back of people who were erased"),
		verb("new-epoch", "begins a new epoch of the log, after a restore that no process has lived through: clients then hear that what they know may be gone"),
		issuerVerb(),
	}
}

func verb(name, does string) cli.Verb {
	return cli.Verb{Name: name, Takes: "[-json]", Does: does, Setup: func(flags *flag.FlagSet) func([]string) error {
		JSONFlag(flags)
		return nil
	}}
}

// Run executes the subcommand that args names, and prints what was done. The caller must have
// parsed args with the subcommands that Verbs returns.
func Run(ctx context.Context, config Config, args []string) error {
	command := ""
	if len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		command, args = args[0], args[1:]
	}
	flags := flag.NewFlagSet("migrate", flag.ContinueOnError)
	said := report.New(JSONFlag(flags), os.Stdout, os.Stderr)
	same, _ := issuerFlags(flags)
	if err := flags.Parse(args); err != nil {
		return err
	}
	pool, err := pg.Pool{
		Name: config.Service + "-migrate", MaxConns: 2, Needs: pooler.Session,
		Timeouts: pg.Timeouts{Lock: lockFor, Idle: time.Minute}, // no statement timeout: a migration may take long
	}.Open(ctx, config.DatabaseURL)
	if err != nil {
		return fmt.Errorf("%w; is DATABASE_URL right and the server running?", err)
	}
	defer pool.Close()
	if hosts := dsn.Unencrypted(pool.Config().ConnConfig); len(hosts) > 0 {
		said.Warn("the connection to the database on %s is not encrypted, or need not be: %s", strings.Join(hosts, ", "), dsn.HintUnencrypted)
	}
	err = failure.HintOwner(do(ctx, pool, config, arguments{command, *same, flags.Args()}, said))
	return errors.Join(err, said.End()) // the report includes what was done before an error, such as a new key
}

// do executes the subcommand in the arguments.
func do(ctx context.Context, pool *pgxpool.Pool, config Config, given arguments, said *report.Report) error {
	switch given.verb {
	case "rotate-key":
		return rotateKey(ctx, pool, config.KeyURI, config.Decode, said)
	case "drop-old-keys":
		return dropOldKeys(ctx, pool, config.KeyURI, said)
	case "erase-again":
		return eraseAgain(ctx, pool, config.Erasing, said)
	case "new-epoch":
		return newEpoch(ctx, pool, said)
	case "issuer":
		return addIssuer(ctx, pool, given, said)
	}
	if err := admit.Check(ctx, pool, config.logins(), said); err != nil {
		return err
	}
	if err := makeKey(ctx, pool, config.KeyURI, said); err != nil {
		return err
	}
	mended, err := admit.Mend(ctx, pool, said)
	if err != nil {
		return err
	}
	if err := config.Up(ctx, pool, said); err != nil {
		return err
	}
	return admit.Logins(ctx, pool, config.logins(), mended, said)
}
