package main

import (
	"cmp"
	"context"
	"errors"
	"io"
	"os"
	"slices"
	"strings"
	"syscall"

	"example.com/pgcqrs/engine/enginetest/devtool/arguments"
	"example.com/pgcqrs/engine/enginetest/devtool/gotool"
)

// test ends as go test does.
func test(ctx context.Context, flags arguments.Test) error {
	if err := prepare(flags); err != nil {
		return err
	}
	guard, err := startGuard()
	if err != nil {
		return err
	}
	defer guard.close()
	db, err := source{choice: flags.DB, variable: "TEST_DATABASE_URL", given: os.Getenv("TEST_DATABASE_URL")}.open(ctx)
	if err != nil {
		return err
	}
	defer db.stop()
	if flags, err = fitServer(ctx, db, flags); err != nil {
		return err
	}
	from, err := os.Getwd()
	if err != nil {
		return err
	}
	all := parts(gotool.Root(), from, flags)
	if !covers(flags) {
		return goTests(all, func(p part) error { return goTest(ctx, guard, db, p, flags, os.Stdout) })
	}
	cover, flags, err := startCover(flags)
	if err != nil {
		return err
	}
	defer cover.close()
	err = goTests(all, func(p part) error {
		return errors.Join(goTest(ctx, guard, db, p, flags, &withoutOwn{out: os.Stdout}), cover.collect())
	})
	if err != nil {
		return err
	}
	return cover.finish(os.Stdout)
}

// goTests tests the parts one after the other. A test that fails does not keep the others from
// being run.
func goTests(all []part, run func(part) error) (err error) {
	for _, p := range all {
		failed := run(p)
		code, tested := errors.AsType[testsFailed](failed)
		if failed != nil && (!tested || code == gotool.Interrupted) {
			return failed
		}
		err = cmp.Or(err, failed)
	}
	return err
}

// prepare looks for what -all needs, or says what is left out without it.
func prepare(flags arguments.Test) error {
	if flags.All {
		_, race := flags.Last("race")
		return missing(gotool.Root(), needs(race))
	}
	if leavesOut(flags) {
		if len(flags.Packages()) == 0 {
			say("leaving out engine/ and tools/: ./... runs their tests, too")
		}
		say("leaving out what needs PgBouncer, a browser or PostgreSQL's programs: -all runs it")
	}
	return nil
}

// leavesOut says whether tests that need -all are among those that were meant.
func leavesOut(flags arguments.Test) bool {
	tags, _ := flags.Last("tags")
	if flags.All || slices.Contains(strings.Split(tags, ","), "all") {
		return false
	}
	meant := func(name string) bool {
		return strings.Contains(name, "...") || slices.ContainsFunc(needs(false), func(n need) bool {
			return slices.ContainsFunc(n.folders, func(folder string) bool { return strings.Contains(name, folder) })
		})
	}
	return len(flags.Packages()) == 0 || slices.ContainsFunc(flags.Packages(), meant)
}

// goTest runs go test of a part on a database, until it ends, or the database, or ctx.
func goTest(ctx context.Context, guard *guard, db database, p part, flags arguments.Test, out io.Writer) error {
	command, err := gotool.Command(context.WithoutCancel(ctx), append([]string{"test"}, flags.On(p.packages).Words()...)...)
	if err != nil {
		return err
	}
	command.Dir = p.dir
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
		return testsFailed(gotool.Interrupted)
	}
	if code := command.ProcessState.ExitCode(); code != 0 {
		return testsFailed(max(code, 1))
	}
	return nil
}
