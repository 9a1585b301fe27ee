// Package gotest executes the command dev test: it runs go test for each module, with a database.
package gotest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"syscall"

	"example.com/pgcqrs/engine/enginetest/devtool/arguments"
	"example.com/pgcqrs/engine/enginetest/devtool/gotool"
	"example.com/pgcqrs/tools/dev/child"
	"example.com/pgcqrs/tools/dev/console"
	"example.com/pgcqrs/tools/dev/coverage"
	"example.com/pgcqrs/tools/dev/database"
	"example.com/pgcqrs/tools/dev/environment"
	"example.com/pgcqrs/tools/dev/modules"
	"example.com/pgcqrs/tools/dev/needs"
	"example.com/pgcqrs/tools/dev/parallel"
)

// Run runs the tests. If go test fails, Run returns an error with the exit code of go test.
func Run(ctx context.Context, flags arguments.Test) error {
	if err := prepare(flags); err != nil {
		return err
	}
	guard, err := child.StartGuard()
	if err != nil {
		return err
	}
	defer guard.Close()
	db, err := database.Source{Choice: flags.DB, Variable: "TEST_DATABASE_URL", Given: os.Getenv("TEST_DATABASE_URL")}.Open(ctx)
	if err != nil {
		return err
	}
	defer db.Stop()
	if flags, err = parallel.Fit(ctx, db, flags); err != nil {
		return err
	}
	from, err := os.Getwd()
	if err != nil {
		return err
	}
	all := modules.Parts(gotool.Root(), from, flags)
	if !coverage.Asked(flags) {
		return goTests(all, func(p modules.Part) error { return goTest(ctx, guard, db, p, flags, os.Stdout) })
	}
	cover, flags, err := coverage.Start(flags)
	if err != nil {
		return err
	}
	defer cover.Close()
	err = goTests(all, func(p modules.Part) error {
		return errors.Join(goTest(ctx, guard, db, p, flags, &coverage.WithoutOwn{Out: os.Stdout}), cover.Collect())
	})
	if err != nil {
		return err
	}
	return cover.Finish(os.Stdout)
}

// goTests tests the parts one after another. A part is a list of packages of one module. If tests
// of one part fail, goTests still tests the other parts. After any other error, and after Ctrl-C,
// goTests returns immediately.
func goTests(all []modules.Part, run func(modules.Part) error) (err error) {
	for _, p := range all {
		failed := run(p)
		code, tested := errors.AsType[Failed](failed)
		if failed != nil && (!tested || code == gotool.Interrupted) {
			return failed
		}
		err = cmp.Or(err, failed)
	}
	return err
}

// With the flag -all, prepare checks whether this machine has the programs that the tests need.
// Without -all, prepare prints which tests do not run.
func prepare(flags arguments.Test) error {
	if flags.All {
		_, race := flags.Last("race")
		return needs.Missing(gotool.Root(), needs.All(race))
	}
	if needs.LeavesOut(flags) {
		if len(flags.Packages()) == 0 {
			console.Say("leaving out engine/ and tools/: ./... runs their tests, too")
		}
		console.Say("leaving out what needs PgBouncer, a browser or PostgreSQL's programs: -all runs it")
	}
	return nil
}

// goTest runs go test for one part (a list of packages of one module), with a database. goTest ends
// when go test ends, when the database server ends, or when ctx ends.
func goTest(ctx context.Context, guard *child.Guard, db database.Server, p modules.Part, flags arguments.Test, out io.Writer) error {
	command, err := gotool.Command(context.WithoutCancel(ctx), append([]string{"test"}, flags.On(p.Packages).Words()...)...)
	if err != nil {
		return err
	}
	command.Dir = p.Dir
	command.Env = environment.With(map[string]string{"TEST_DATABASE_URL": db.URL})
	command.Stdout, command.Stderr = out, os.Stderr
	tests := &child.Program{Name: "go test", Command: command}
	if err := guard.Launch(tests); err != nil {
		return err
	}
	select {
	case <-tests.Ended():
	case <-db.Exited:
		tests.Stop(syscall.SIGINT)
		if ctx.Err() == nil { // otherwise the signal that ends dev has also ended the database
			return errors.New("the database died during the tests")
		}
		return Failed(gotool.Interrupted)
	case <-ctx.Done():
		tests.Stop(syscall.SIGINT)
		return Failed(gotool.Interrupted)
	}
	if code := command.ProcessState.ExitCode(); code != 0 {
		return Failed(max(code, 1))
	}
	return nil
}

// Failed is the exit code of a failed go test. go test itself has printed the reason.
type Failed int

func (e Failed) Error() string { return fmt.Sprintf("go test ended with %d", int(e)) }
