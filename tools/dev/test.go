package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"syscall"
)

const testUsage = `go run ./cmd/dev test [-db source] [-all] [-cover [-floor N]] [go test args]

Starts one PostgreSQL for the run and calls go test with the arguments, and with
./... if they name no package. For example:

  go run ./cmd/dev test -race -run Deposit ./test/...

-all also runs the tests that need PgBouncer, a browser, PostgreSQL's programs, git,
bash and curl: it adds -tags all, and -timeout 30m unless one is given. If something is
missing, it says what, and how to get it, before anything starts.

-cover, and -coverprofile, count every package of cmd, internal and migrations that any
test of the run reaches, without generated code: a table at the end has each, the least
covered first. What a test starts as a process of its own does not count. With -floor N
a total below N percent is a failure.

`

// test ends as go test does.
func test(ctx context.Context, args []string) error {
	flags, err := parseTest(args)
	if err != nil {
		return err
	}
	if flags.help {
		fmt.Print(testUsage + databaseUsage + "TEST_DATABASE_URL, if it is set, names the server instead.\n")
		return nil
	}
	if err := flags.prepare(); err != nil {
		return err
	}
	guard, err := startGuard()
	if err != nil {
		return err
	}
	defer guard.close()
	db, err := source{choice: flags.db, variable: "TEST_DATABASE_URL", given: os.Getenv("TEST_DATABASE_URL")}.open(ctx)
	if err != nil {
		return err
	}
	defer db.stop()
	if !flags.covers() {
		return goTest(ctx, guard, db, flags.words(), os.Stdout)
	}
	cover, flags, err := startCover(flags)
	if err != nil {
		return err
	}
	defer cover.close()
	if err := goTest(ctx, guard, db, flags.words(), &withoutOwn{out: os.Stdout}); err != nil {
		return err
	}
	return cover.finish(os.Stdout)
}

// prepare looks for what -all needs, or says what is left out without it.
func (f testFlags) prepare() error {
	if f.all {
		_, race := f.last("race")
		return missing(moduleRoot(), needs(race))
	}
	if f.leavesOut() {
		say("leaving out what needs PgBouncer, a browser or PostgreSQL's programs: -all runs it")
	}
	return nil
}

// goTest runs go test on a database, until it ends, or the database, or ctx.
func goTest(ctx context.Context, guard *guard, db database, words []string, out io.Writer) error {
	command, err := goCommand(context.WithoutCancel(ctx), append([]string{"test"}, words...)...)
	if err != nil {
		return err
	}
	command.Env = environ(map[string]string{"TEST_DATABASE_URL": db.url})
	command.Stdout, command.Stderr = out, os.Stderr
	tests := &child{name: "go test", command: command}
	if err := guard.launch(tests); err != nil {
		return err
	}
	select {
	case <-tests.exited:
	case <-db.exited:
		tests.stop(syscall.SIGINT)
		return errors.New("the database died during the tests")
	case <-ctx.Done():
		tests.stop(syscall.SIGINT)
		return testsFailed(interrupted)
	}
	if code := command.ProcessState.ExitCode(); code != 0 {
		return testsFailed(max(code, 1))
	}
	return nil
}
