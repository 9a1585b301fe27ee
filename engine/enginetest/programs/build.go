package programs

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// within is the time limit for every wait. A wait normally takes much less time.
const within = time.Minute

// built is the directory that contains the programs which this test binary has built.
var built string

// Main builds packages of the Go module in the directory root, runs the tests, and exits. The
// function TestMain of a test package calls Main. The tests of that package then run the built
// programs by their names.
func Main(m *testing.M, root string, packages ...string) { os.Exit(run(m, root, packages)) }

func run(m *testing.M, root string, packages []string) int {
	var err error
	if built, err = os.MkdirTemp("", "programs"); err == nil {
		defer func() { _ = os.RemoveAll(built) }()
		err = Build(root, packages...)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}

// Build builds further programs of the Go module in the directory root. If the build fails, the
// error contains the output of the compiler.
func Build(root string, packages ...string) error {
	arguments := append([]string{"-C", root, "build", "-o", built + string(filepath.Separator)}, packages...)
	if output, err := exec.Command("go", arguments...).CombinedOutput(); err != nil {
		return fmt.Errorf("build the programs: %w\n%s", err, output)
	}
	return nil
}

// Path returns the path of a program.
func Path(name string) string { return filepath.Join(built, name) }

// Run runs a program until it ends, with exactly this environment, and returns its output and its
// exit code.
func Run(t testing.TB, environment []string, name string, args ...string) (said string, code int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), within)
	defer cancel()
	command := exec.CommandContext(ctx, Path(name), args...)
	command.Env = environment
	output, err := command.CombinedOutput()
	if _, exited := errors.AsType[*exec.ExitError](err); err != nil && (!exited || ctx.Err() != nil) {
		t.Errorf("%s ends with %v\n%s", name, err, output)
	}
	return string(output), command.ProcessState.ExitCode()
}

// Refused runs a program that must refuse to start in this environment, and returns its output. The
// test fails if the program starts.
func Refused(t testing.TB, name string, environment ...string) (said string) {
	t.Helper()
	said, code := Run(t, environment, name)
	if code == 0 {
		t.Errorf("%s has started: %s", name, said)
	}
	return said
}
