// Package stack starts the whole service: database, broker, issuer of tokens, projector and API
// (the command dev run). The file run.go shows how these parts are connected.
package stack

import (
	"cmp"
	"context"
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"example.com/pgcqrs/engine/enginetest/devdb/datadir"

	"example.com/pgcqrs/engine/enginetest/devtool/arguments"
	"example.com/pgcqrs/engine/enginetest/devtool/gotool"
	"example.com/pgcqrs/tools/dev/child"
	"example.com/pgcqrs/tools/dev/console"
	"example.com/pgcqrs/tools/dev/database"
	"example.com/pgcqrs/tools/dev/environment"
	"example.com/pgcqrs/tools/dev/foreign"
	"example.com/pgcqrs/tools/dev/migrate"
)

// Run starts all parts of the service in order, and connects them. Deferred calls stop the parts in
// reverse order.
func Run(ctx context.Context, flags arguments.Run) error {
	if err := environment.Heed(&flags); err != nil {
		return err
	}
	keep, err := keepData(ctx, flags.Data)
	if err != nil {
		return err
	}
	defer keep.Close()
	guard, err := child.StartGuard()
	if err != nil {
		return err
	}
	defer guard.Close()
	db, err := openDatabase(ctx, flags.DB, keep)
	if err != nil {
		return err
	}
	defer db.Stop()
	s := &stack{guard: guard, args: os.Args[1:], dir: keep.Dir, without: flags.Without, given: db.Given, forgotten: db.Forgotten, addresses: map[string]string{},
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
	defer projector.Stop(syscall.SIGTERM)
	api, err := s.serve(ctx, "api", flags.API, "127.0.0.1:8080")
	if err != nil {
		return err
	}
	defer api.Stop(syscall.SIGTERM)
	operator := s.operate(ctx)
	defer operator.Stop(syscall.SIGTERM)
	return s.announce(db.Data, started, func() error { return s.untilEnd(ctx, db, api, projector) })
}

// announce prints what runs, and notes it for dev seed until the function during returns.
func (s *stack) announce(data string, started time.Time, during func() error) error {
	forget, err := s.running().Write(s.dir)
	if err != nil {
		return err
	}
	defer forget()
	s.banner(data, time.Since(started))
	return during()
}

// untilEnd waits until dev is told to end, or until a part of the service ends unexpectedly.
func (s *stack) untilEnd(ctx context.Context, db database.Server, api, projector *child.Program) error {
	select {
	case <-ctx.Done():
		console.Say("stopping")
		return nil
	case <-api.Ended():
		return api.Died()
	case <-projector.Ended():
		return projector.Died()
	case <-db.Exited:
		return errors.New("the database died: its log is in " + s.dir)
	}
}

// keepData locks the folder for the data and returns it. If data is "", keepData returns a folder
// that belongs to this clone.
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

// openDatabase returns a database that the migrations may change. If the database must not be
// changed, openDatabase returns an error.
func openDatabase(ctx context.Context, choice string, keep *datadir.Kept) (database.Server, error) {
	const variable = "DATABASE_URL"
	db, err := database.Source{Choice: choice, Variable: variable, Given: os.Getenv(variable), Keep: keep}.Open(ctx)
	if err == nil && db.Given {
		err = foreign.Refuse(ctx, variable, db.URL)
	}
	return db, err
}

// migrate applies the migrations. For repairs, migrate also writes the environment of cmd/migrate
// to a file.
func (s *stack) migrate(ctx context.Context, db database.Server) (err error) {
	m := migrate.Run{Guard: s.guard, Program: s.program("migrate"), Dir: s.dir, KeyURI: s.keyURI}
	if s.ownerURL, s.loginURLs, err = m.On(ctx, db); err != nil {
		return err
	}
	return s.repairs().WriteFile(s.ownerURL, s.keyURI)
}
