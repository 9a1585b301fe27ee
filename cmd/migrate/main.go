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
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"

	"example.com/pgcqrs/engine/database"
	"example.com/pgcqrs/engine/ops"
	"example.com/pgcqrs/engine/ops/cli"
	"example.com/pgcqrs/engine/schema"
	"example.com/pgcqrs/engine/schema/apply"
	"example.com/pgcqrs/internal/naming"
	"example.com/pgcqrs/migrations"
)

type config struct {
	DatabaseURL          string `envconfig:"DATABASE_URL" url:"true" required:"true" example:"postgres://owner:password@localhost:5432/pgcqrs" desc:"The schema owner's connection."`
	APIDatabaseURL       string `envconfig:"API_DATABASE_URL" url:"true" desc:"The login of cmd/api, at the server and the database of DATABASE_URL. When set, it is made with the least rights that cmd/api needs; a login that migrate has made gets this password, any other keeps its own. With the logins of both programs set, nobody else may connect to the database. Empty: logins are left alone."`
	ProjectorDatabaseURL string `envconfig:"PROJECTOR_DATABASE_URL" url:"true" desc:"The same for cmd/projector."`
	KeyURI               string `envconfig:"KEY_URI" desc:"The key that wraps the keys of personal data, like file:///etc/pgcqrs/key.json. It is made if it is not there, unless the database has keys that another has wrapped. Empty: no key is made."`
	ServiceDatabaseURL   string `envconfig:"SERVICE_DATABASE_URL" url:"true" desc:"The same for one login that both share."`
}

// Whoever asks for a table after a migration that waits for it waits, too. So a
// migration waits in short turns, for a transaction that is in its way.
const (
	lockFor  = time.Second
	waitFor  = time.Second // between the turns
	maxTurns = 60
)

func main() {
	args := cli.Program{
		Service: naming.Service,
		Name:    "migrate",
		Does:    "migrate brings the database to the newest schema and ends. It makes the logins of the other programs, and the key that wraps those of personal data, if their variables are set. -json prints what was done as JSON.",
		Takes:   "[-json]",
		Flags:   func(flags *flag.FlagSet) { jsonFlag(flags) },
		Verbs: []cli.Verb{
			verb("rotate-key", "gives KEY_URI a new key, wraps all others by it, and makes look-ups anew"),
			verb("drop-old-keys", "takes the keys out of KEY_URI that were rotated away, unless one is still needed"),
			verb("erase-again", "destroys the keys that a restored backup has brought back of people who were erased"),
			verb("new-epoch", "begins a new epoch of the log, after a restore that no process has lived through: clients then hear that what they know may be gone"),
			issuerVerb(),
		},
		Variables: ops.Variables(&config{}),
	}.Parse(os.Args[1:])
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, args); err != nil {
		fmt.Fprintln(os.Stderr, "migrate:", err)
		os.Exit(1)
	}
}

func verb(name, does string) cli.Verb {
	return cli.Verb{Name: name, Takes: "[-json]", Does: does, Setup: func(flags *flag.FlagSet) func([]string) error {
		jsonFlag(flags)
		return nil
	}}
}

func jsonFlag(flags *flag.FlagSet) *bool { return flags.Bool("json", false, "as JSON") }

func run(ctx context.Context, args []string) error {
	var cfg config
	if err := ops.Load(&cfg); err != nil {
		return err
	}
	command := ""
	if len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		command, args = args[0], args[1:]
	}
	flags := flag.NewFlagSet("migrate", flag.ContinueOnError)
	said := &report{asJSON: jsonFlag(flags), out: os.Stdout, warnings: os.Stderr}
	same, _ := issuerFlags(flags)
	if err := flags.Parse(args); err != nil {
		return err
	}
	pool, err := database.Pool{
		Name: naming.Service + "-migrate", MaxConns: 2, Needs: database.Session,
		Timeouts: database.Timeouts{Lock: lockFor, Idle: time.Minute}, // a migration may take long
	}.Open(ctx, cfg.DatabaseURL)
	if err != nil {
		return fmt.Errorf("%w; is DATABASE_URL right and the server running?", err)
	}
	defer pool.Close()
	if hosts := database.Unencrypted(pool.Config().ConnConfig); len(hosts) > 0 {
		said.warn("the connection to the database on %s is not encrypted, or need not be: %s", strings.Join(hosts, ", "), database.HintUnencrypted)
	}
	err = database.HintOwner(do(ctx, pool, cfg, arguments{command, *same, flags.Args()}, said))
	return errors.Join(err, said.end()) // what was done before an error, too, such as a key that is new
}

// arguments are what the command line says.
type arguments struct {
	verb string   // "" is to migrate
	same bool     // of an issuer; else it is another
	args []string // after the flags
}

// do does what the arguments say.
func do(ctx context.Context, pool *pgxpool.Pool, cfg config, given arguments, said *report) error {
	switch given.verb {
	case "rotate-key":
		return rotateKey(ctx, pool, cfg.KeyURI, said)
	case "drop-old-keys":
		return dropOldKeys(ctx, pool, cfg.KeyURI, said)
	case "erase-again":
		return eraseAgain(ctx, pool, said)
	case "new-epoch":
		return newEpoch(ctx, pool, said)
	case "issuer":
		return addIssuer(ctx, pool, given, said)
	}
	if err := check(ctx, pool, cfg.logins(), said); err != nil {
		return err
	}
	if err := makeKey(ctx, pool, cfg.KeyURI, said); err != nil {
		return err
	}
	mended, err := mend(ctx, pool, said)
	if err != nil {
		return err
	}
	if err := bringUp(ctx, pool, said); err != nil {
		return err
	}
	return admit(ctx, pool, cfg, mended, said)
}

// mend gives the roles of a restored database what its dump could not bring back. It comes before
// the migrations, which grant to roles that are there, and so it fails while one is missing.
func mend(ctx context.Context, pool *pgxpool.Pool, said *report) (database.Mended, error) {
	mended, err := database.MendRights(ctx, pool)
	if err != nil {
		return mended, err
	}
	said.RolesMade, said.RightsGiven = mended.Made, mended.Given
	if len(mended.Made) > 0 {
		said.line("these roles were not there, and were made: %s", strings.Join(mended.Made, ", "))
	}
	if mended.Given > 0 {
		said.line("roles had lost %d rights, as in a restore into a cluster without them, and have them again", mended.Given)
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

// bringUp applies the migrations, and has the database say whose they are.
func bringUp(ctx context.Context, pool *pgxpool.Pool, said *report) error {
	applied, err := up(ctx, pool, said)
	if err != nil {
		return err
	}
	said.Engine, said.Schema, said.Applied = schema.Engine.Newest(), migrations.Service.Newest(), &applied
	said.line("schema is at version %d of the engine and %d of the service (%d applied now)", said.Engine, said.Schema, applied)
	return database.NameService(ctx, pool, naming.Service)
}

// logins are those that are to be made.
func (c config) logins() []database.Login {
	return slices.DeleteFunc([]database.Login{
		{Program: database.APIRole, Variable: "API_DATABASE_URL", URL: c.APIDatabaseURL},
		{Program: database.ProjectorRole, Variable: "PROJECTOR_DATABASE_URL", URL: c.ProjectorDatabaseURL},
		{Program: database.ServiceRole, Variable: "SERVICE_DATABASE_URL", URL: c.ServiceDatabaseURL},
	}, func(login database.Login) bool { return login.URL == "" })
}

// check looks, before anything is changed, at what would go wrong later; and it names logins
// that a database of the same name has left.
func check(ctx context.Context, pool *pgxpool.Pool, logins []database.Login, said *report) error {
	const variable = "DATABASE_URL"
	if err := database.CheckReleased(ctx, pool); err != nil {
		return fmt.Errorf("nothing was done: %w", err)
	}
	if err := database.CheckOwner(ctx, pool); err != nil {
		return fmt.Errorf("%s: %w", variable, err)
	}
	if err := database.CheckDatabase(ctx, pool); err != nil {
		return fmt.Errorf("nothing was done: %w", err)
	}
	if err := database.CheckLogins(ctx, pool, variable, logins); err != nil {
		return fmt.Errorf("nothing was done: %w", err)
	}
	left, err := database.Inherited(ctx, pool, logins)
	if len(left) > 0 {
		said.warn("roles of this database's name were there before it, and so these logins get its rights now: %s. "+
			"Drop those of a database that is gone, or REVOKE their role: docs/operations.md, Roles", strings.Join(left, ", "))
	}
	return err
}

// admit makes the logins of the programs, shuts others out once all are made, and records what the roles may do then.
func admit(ctx context.Context, pool *pgxpool.Pool, cfg config, mended database.Mended, said *report) error {
	if err := database.NameRoles(ctx, pool); err != nil {
		return err
	}
	for _, login := range cfg.logins() {
		granted, err := database.Grant(ctx, pool, login.Program, login.URL)
		if err != nil {
			return err
		}
		said.login(granted)
	}
	err := shutOut(ctx, pool, cfg, said)
	return errors.Join(err, database.RecordRights(ctx, pool, mended))
}

// shutOut closes the database to others, if the logins of both programs are known.
func shutOut(ctx context.Context, pool *pgxpool.Pool, cfg config, said *report) error {
	if cfg.ServiceDatabaseURL == "" && (cfg.APIDatabaseURL == "" || cfg.ProjectorDatabaseURL == "") {
		return nil // there are logins that we don't know
	}
	err := database.ShutOut(ctx, pool)
	if errors.Is(err, database.ErrNotOwner) {
		said.line("%v", err)
		said.NotClosed = err.Error()
		return nil
	}
	if err == nil {
		said.Closed = true
		said.line("nobody else may connect to the database, but its owner")
	}
	return err
}

// up applies what is missing and says how much that was.
func up(ctx context.Context, pool *pgxpool.Pool, said *report) (count int, err error) {
	db := stdlib.OpenDBFromPool(pool)
	defer func() { err = errors.Join(err, db.Close()) }()
	for turn := 1; ; turn++ {
		applied, err := apply.Up(ctx, db, migrations.Service)
		count += len(applied)
		refusal, ok := errors.AsType[*pgconn.PgError](err)
		if !ok || refusal.Code != "55P03" { // lock_not_available
			return count, err
		}
		if turn == maxTurns {
			return count, fmt.Errorf("%w; a transaction has been in the way all the time: pg_stat_activity shows it", err)
		}
		said.line("a table is in use (%d of %d tries): %v", turn, maxTurns, err)
		select {
		case <-ctx.Done():
			return count, ctx.Err()
		case <-time.After(waitFor):
		}
	}
}
