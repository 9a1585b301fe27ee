package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/enginetest/devdb/datadir"
	"example.com/pgcqrs/engine/enginetest/devtool/arguments"
	"example.com/pgcqrs/engine/enginetest/devtool/gotool"
	"example.com/pgcqrs/engine/enginetest/devtool/launch"
)

// run is the wiring diagram: what is deferred last ends first.
func run(ctx context.Context, flags arguments.Run) error {
	if err := heed(&flags); err != nil {
		return err
	}
	keep, err := keepData(ctx, flags.Data)
	if err != nil {
		return err
	}
	defer keep.Close()
	guard, err := startGuard()
	if err != nil {
		return err
	}
	defer guard.close()
	db, err := openDatabase(ctx, flags.DB, keep)
	if err != nil {
		return err
	}
	defer db.stop()
	s := &stack{guard: guard, args: os.Args[1:], dir: keep.Dir, without: flags.Without, given: db.given, forgotten: db.forgotten, addresses: map[string]string{},
		keyURI: cmp.Or(os.Getenv("KEY_URI"), "file://"+filepath.Join(keep.Dir, "key.json"))}
	if s.snapshots, err = snapshotKey(keep.Dir); err != nil {
		return err
	}
	if err := s.build(ctx); err != nil {
		return err
	}
	started := time.Now()
	if err := s.migrate(ctx, db); err != nil {
		return err
	}
	stopOwn, err := s.own(filepath.Join(keep.Dir, "nats"))
	if err != nil {
		return err
	}
	defer stopOwn()
	projector, err := s.serve(ctx, "projector", flags.Projector, "127.0.0.1:8081")
	if err != nil {
		return err
	}
	defer projector.stop(syscall.SIGTERM)
	api, err := s.serve(ctx, "api", flags.API, "127.0.0.1:8080")
	if err != nil {
		return err
	}
	defer api.stop(syscall.SIGTERM)

	s.banner(db.data, time.Since(started))
	return s.untilEnd(ctx, db, api, projector)
}

// untilEnd waits until we are told to end, or a part dies.
func (s *stack) untilEnd(ctx context.Context, db database, api, projector *child) error {
	select {
	case <-ctx.Done():
		say("stopping")
		return nil
	case <-api.ended():
		return api.died()
	case <-projector.ended():
		return projector.died()
	case <-db.exited:
		return errors.New("the database died: its log is in " + s.dir)
	}
}

// keepData takes a folder for the data; "" is one for each clone.
func keepData(ctx context.Context, data string) (*datadir.Kept, error) {
	dir, err := filepath.Abs(data)
	if data == "" {
		dir, err = datadir.KeptDir(gotool.Root())
	}
	if err != nil {
		return nil, err
	}
	return datadir.Keep(ctx, dir)
}

// openDatabase returns one that the migrations may change.
func openDatabase(ctx context.Context, choice string, keep *datadir.Kept) (database, error) {
	const variable = "DATABASE_URL"
	db, err := source{choice: choice, variable: variable, given: os.Getenv(variable), keep: keep}.open(ctx)
	if err == nil && db.given {
		err = refuseForeign(ctx, variable, db.url)
	}
	return db, err
}

// logins are the variables that name the programs' logins to cmd/migrate.
var logins = map[string]string{"api": "API_DATABASE_URL", "projector": "PROJECTOR_DATABASE_URL"}

// migrate brings the schema up, and makes the logins of API and projector: they may
// not change the schema. A database that was given keeps its roles, but for those
// that the variables name.
func (s *stack) migrate(ctx context.Context, db database) (err error) {
	s.ownerURL, s.loginURLs = db.url, make(map[string]string)
	env := map[string]string{"DATABASE_URL": db.url, "KEY_URI": s.keyURI}
	if !db.given {
		if s.ownerURL, err = named(ctx, db.url, launch.Service()); err != nil {
			return err
		}
		env["DATABASE_URL"], env["SERVICE_DATABASE_URL"] = s.ownerURL, ""
		if err := s.refuseUnreleased(ctx, db.data); err != nil {
			return err
		}
	}
	for name, variable := range logins {
		if s.loginURLs[name] = cmp.Or(os.Getenv(variable), os.Getenv("SERVICE_DATABASE_URL")); db.given {
			continue
		}
		if s.loginURLs[name], err = as(s.ownerURL, launch.Service()+"_"+name+"_dev", rand.Text()); err != nil {
			return err
		}
		env[variable] = s.loginURLs[name]
	}
	migrate, err := s.guard.start("migrate", environ(env), s.program("migrate"))
	if err != nil {
		return err
	}
	defer migrate.stop(syscall.SIGTERM)
	for name, url := range s.loginURLs {
		if url == "" {
			say("neither %s nor SERVICE_DATABASE_URL is set: %s connects as the schema's owner", logins[name], name)
			s.loginURLs[name] = s.ownerURL
		}
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-migrate.exited:
	}
	if migrate.err != nil {
		return migrate.died()
	}
	return s.writeOwnersFile()
}

// refuseUnreleased fails where an unreleased version has kept its data, and says how to start over.
func (s *stack) refuseUnreleased(ctx context.Context, data string) error {
	conn, err := pgx.Connect(ctx, s.ownerURL)
	if err != nil {
		return fmt.Errorf("connect to the database: %w", err)
	}
	defer func() { _ = conn.Close(ctx) }()
	if err := refuseUnreleased(ctx, conn); err != nil {
		return fmt.Errorf("%w. To start over remove %s, with all that it holds, and run this again (the data is in %s)", err, s.dir, data)
	}
	return nil
}

// own starts what runs inside this process: the broker and the issuer of tokens.
func (s *stack) own(storeDir string) (stop func(), err error) {
	stopBroker, err := s.broker(storeDir)
	if err != nil {
		return nil, err
	}
	stopIssuer, err := s.issuer()
	if err != nil {
		stopBroker()
		return nil, err
	}
	return func() { stopIssuer(); stopBroker() }, nil
}

func (s *stack) broker(storeDir string) (stop func(), err error) {
	if s.natsURL = os.Getenv("NATS_URL"); s.natsURL != "" {
		say("NATS: the one that NATS_URL names")
		return func() {}, nil
	}
	s.natsURL, stop, err = startBroker(storeDir)
	return stop, err
}

func (s *stack) banner(data string, took time.Duration) {
	databaseURL := s.ownerURL
	if s.given {
		databaseURL = "the one that DATABASE_URL names"
	}
	api := "http://" + browsable(s.addresses["api"])
	text := banner
	text = strings.ReplaceAll(text, "{tried}", s.tried())
	fmt.Print(strings.NewReplacer(
		"{tokens}", s.tokens(), "{without}", s.leftOut(), "{issuer}", s.issuerURL,
		"{probes}", "http://"+browsable(s.probes), "{took}", fmt.Sprintf("%.1f s", took.Seconds()), "{api}", api, "{database}", databaseURL, "{nats}", s.natsURL,
		"{projector}", "http://"+browsable(s.addresses["projector"]), "{data}", data).Replace(text))
}

const banner = `
  Ready, {took} after the build.

  API         {api}/
  docs        {api}/docs
  tokens      {tokens}
  probes      {probes}/readyz  and /metrics, of the API
  projector   {projector}/readyz  and /metrics
  NATS        {nats}
  database    {database}
  data        {data}
{without}
{tried}
  Ctrl-C ends all of it.

`
