package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"syscall"
)

const testUsage = `go run ./cmd/dev test [-db source] [go test args]

Starts one PostgreSQL for the run and calls go test with the arguments, and with
./... if they name no package. For example:

  go run ./cmd/dev test -race -run Deposit ./test/...

`

// test ends as go test does.
func test(ctx context.Context, args []string) error {
	choice, args, err := parseTest(args)
	if err != nil {
		return err
	}
	guard, err := startGuard()
	if err != nil {
		return err
	}
	defer guard.close()
	db, err := source{choice: choice, variable: "TEST_DATABASE_URL", given: os.Getenv("TEST_DATABASE_URL")}.open(ctx)
	if err != nil {
		return err
	}
	defer db.stop()

	command, err := goCommand(context.WithoutCancel(ctx), append([]string{"test"}, withPackages(args)...)...)
	if err != nil {
		return err
	}
	command.Env = environ(map[string]string{"TEST_DATABASE_URL": db.url})
	command.Stdout, command.Stderr = os.Stdout, os.Stderr
	goTest := &child{name: "go test", command: command}
	if err := guard.launch(goTest); err != nil {
		return err
	}
	select {
	case <-goTest.exited:
	case <-db.exited:
		goTest.stop(syscall.SIGINT)
		return errors.New("the database died during the tests")
	case <-ctx.Done():
		goTest.stop(syscall.SIGINT)
		return testsFailed(interrupted)
	}
	if code := command.ProcessState.ExitCode(); code != 0 {
		return testsFailed(max(code, 1))
	}
	return nil
}

// parseTest takes our own flags, which come first, and leaves the rest to go test.
func parseTest(args []string) (choice string, rest []string, err error) {
	for len(args) > 0 {
		name, value, joined := strings.Cut(strings.TrimLeft(args[0], "-"), "=")
		switch {
		case !strings.HasPrefix(args[0], "-") || name != "db" && name != "h" && name != "help":
			return choice, args, nil
		case name != "db":
			fmt.Print(testUsage + databaseUsage + "TEST_DATABASE_URL, if it is set, names the server instead.\n")
			return "", nil, flag.ErrHelp
		case joined:
			choice, args = value, args[1:]
		case len(args) == 1:
			return "", nil, usageError("dev: -db needs local, docker or auto\n")
		default:
			choice, args = args[1], args[2:]
		}
	}
	return choice, args, nil
}

// withoutValue are the flags of go test that stand alone. After any other one the
// next argument is its value, and no package.
var withoutValue = []string{
	"a", "args", "artifacts", "asan", "benchmem", "c", "cover", "failfast", "fullpath", "i", "json", "linkshared",
	"modcacherw", "msan", "n", "race", "short", "trimpath", "v", "work", "x",
}

// withPackages adds ./... if no argument is a package.
func withPackages(args []string) []string {
	end := len(args)
	for i := 0; i < len(args); i++ {
		name, isFlag := strings.CutPrefix(args[i], "-")
		name = strings.TrimPrefix(name, "-")
		if !isFlag {
			return args
		}
		if name == "args" {
			end = i
			break
		}
		if !strings.Contains(name, "=") && !slices.Contains(withoutValue, name) {
			i++
		}
	}
	return slices.Insert(slices.Clone(args), min(end, len(args)), "./...")
}
