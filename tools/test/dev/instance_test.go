//go:build unix

package dev_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	launcher "example.com/pgcqrs/engine/enginetest/devtool/launch"
)

// patience is the time limit for each wait of the tests. It is long, because a start of dev builds
// three programs, and the machine may be busy.
const patience = 3 * time.Minute

// TestMain builds cmd/dev and tools/dev once. Most tests start tools/dev directly, because cmd/dev
// only replaces its own process with tools/dev.
var (
	thin    string // path of the binary of cmd/dev
	program string // path of the binary of tools/dev
	service string // name of the service
)

// repository is the folder of the service's module. The tests of this package import nothing from
// that module, because a renamed service has another module path.
const repository = "../../.."

func TestMain(m *testing.M) {
	os.Exit(withProgram(m))
}

func withProgram(m *testing.M) int {
	dir, err := os.MkdirTemp("", "pgcqrs-dev-program-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() { _ = os.RemoveAll(dir) }()
	thin, program = filepath.Join(dir, "thin"), filepath.Join(dir, "dev")
	for path, module := range map[string]string{thin: repository + "/cmd", program: repository + "/tools"} {
		command := exec.Command("go", "build", "-buildvcs=false", "-o", path, "./dev")
		command.Dir = module
		if output, err := command.CombinedOutput(); err != nil {
			fmt.Fprintf(os.Stderr, "build dev in %s: %v\n%s", module, err, output)
			return 1
		}
	}
	if service, err = serviceName(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}

// serviceName reads the service's name from the repository.
func serviceName() (string, error) {
	source, err := os.ReadFile(repository + "/internal/naming/naming.go")
	if err != nil {
		return "", err
	}
	found := regexp.MustCompile(`(?m)^const Service = "(.+)"$`).FindSubmatch(source)
	if found == nil {
		return "", errors.New("internal/naming/naming.go names no service")
	}
	return string(found[1]), nil
}

// dataDir returns a folder that the server's account can open, even if the test runs as root. The
// folder that the test framework creates is not suitable, because other accounts can't open it.
func dataDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "pgcqrs-dev-test-") //nolint:usetesting // other accounts can't open the test's own folder
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// instance is a running process of cmd/dev or tools/dev.
type instance struct {
	command  *exec.Cmd
	exited   chan struct{}
	position string // position in the answer to the last write

	mu   sync.Mutex
	said strings.Builder
}

// Write collects the output of the process.
func (i *instance) Write(b []byte) (int, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.said.Write(b)
}

func (i *instance) output() string {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.said.String()
}

func start(t *testing.T, data string) *instance {
	t.Helper()
	return launch(t, nil, "run", "-data", data)
}

func launch(t *testing.T, env []string, args ...string) *instance {
	t.Helper()
	return begin(t, env, exec.Command(program, args...))
}

func begin(t *testing.T, env []string, command *exec.Cmd) *instance {
	t.Helper()
	i := &instance{command: command, exited: make(chan struct{})}
	i.command.Env = append(cleanEnv(), env...)
	i.command.Stdout, i.command.Stderr = i, i
	i.command.WaitDelay = time.Second // after a kill, the child processes keep the output open
	if err := i.command.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		_ = i.command.Wait()
		close(i.exited)
	}()
	t.Cleanup(func() {
		_ = i.command.Process.Signal(os.Interrupt)
		i.exitCode(t)
		if t.Failed() {
			t.Log(i.output())
		}
	})
	return i
}

// cleanEnv returns the environment without variables that select a database, a broker or an
// address. With this environment, dev accepts the tests' databases, whatever their settings are.
func cleanEnv() []string {
	chooses := regexp.MustCompile(`^((\w*DATABASE_URL|NATS_URL|API_ADDR|API_OPS_ADDR|PROJECTOR_ADDR|KEY_URI)(_FILE)?|AUTH\w*)=`)
	env := []string{"UNSAFE_DATABASE=accept", launcher.Environment(service)}
	for _, entry := range os.Environ() {
		if !chooses.MatchString(entry) {
			env = append(env, entry)
		}
	}
	return env
}

func (i *instance) ready(t *testing.T) {
	t.Helper()
	i.says(t, "Ctrl-C ends all of it")
}

func (i *instance) says(t *testing.T, what string) {
	t.Helper()
	eventually(t, "it says "+what, func() bool {
		select {
		case <-i.exited:
			t.Fatalf("it ended before it said %q:\n%s", what, i.output())
		default:
		}
		return strings.Contains(i.output(), what)
	})
}

func (i *instance) signal(t *testing.T, signal os.Signal) {
	t.Helper()
	if err := i.command.Process.Signal(signal); err != nil {
		t.Fatal(err)
	}
}

func (i *instance) exitCode(t *testing.T) int {
	t.Helper()
	select {
	case <-i.exited:
		return i.command.ProcessState.ExitCode()
	case <-time.After(patience):
		t.Fatalf("it does not end:\n%s", i.output())
		return -1
	}
}
