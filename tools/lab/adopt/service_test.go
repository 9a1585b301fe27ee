//go:build all

package adopt_test

import (
	"bytes"
	"context"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

const within = 5 * time.Minute

// clone returns a copy of the repository without the .git folder and without built binaries.
func clone(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	root := os.DirFS("../../..")
	err := fs.WalkDir(root, ".", func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && slices.Contains([]string{".git", ".dev", "bin", "vendor", "node_modules"}, path):
			return fs.SkipDir
		case entry.Name() == ".git": // in a git worktree, .git is a file that refers to the repository
			return nil
		case entry.IsDir():
			return os.MkdirAll(filepath.Join(dir, path), 0o700)
		case !entry.Type().IsRegular():
			return nil
		}
		content, err := fs.ReadFile(root, path)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(dir, path), content, 0o600)
	})
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// paste runs a code block in a shell, and fails the test if the shell fails.
func paste(t *testing.T, dir, block string) string {
	t.Helper()
	return pasteWithin(t, dir, block, within)
}

func pasteWithin(t *testing.T, dir, block string, limit time.Duration) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	command := exec.CommandContext(ctx, "bash", "-euo", "pipefail", "-c", block)
	command.Dir = dir
	// Without GIT_CEILING_DIRECTORIES, git would treat a folder inside another repository as part
	// of that repository.
	command.Env = append(os.Environ(), "GIT_CEILING_DIRECTORIES="+filepath.Dir(dir), "GOFLAGS="+os.Getenv("GOFLAGS")+" -buildvcs=false")
	output, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("%.60s …: %v\n%s", block, err, output)
	}
	return string(output)
}

// output collects the output of a running process, and is safe for concurrent use.
type output struct {
	mu   sync.Mutex
	said bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.said.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.said.String()
}

// dataDir returns the path of a new folder. Even if the test runs as root, the account of the
// PostgreSQL server can open the folder's parent.
func dataDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "tutorial") //nolint:usetesting // other accounts can't open the test's own folder
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(dir, "data")
}

// service is a running service, which was started from a copy of the template.
type service struct{ dir, api, issuer, probes, database string }

// start runs the service on fresh data and on free ports until the test ends.
func start(t *testing.T, dir string, environment ...string) *service {
	t.Helper()
	return startOn(t, dir, dataDir(t), environment...)
}

// startOn runs the service on existing data.
func startOn(t *testing.T, dir, data string, environment ...string) *service {
	t.Helper()
	program := filepath.Join(t.TempDir(), "dev")
	paste(t, dir, "go build -o "+program+" ./cmd/dev")
	command := exec.Command(program, "run", "-data", data)
	said := &output{}
	command.Dir, command.Stdout, command.Stderr = dir, said, said
	command.Env = append(append(os.Environ(), "GOFLAGS="+os.Getenv("GOFLAGS")+" -buildvcs=false", "DATABASE_URL="), environment...)
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- command.Wait() }()
	t.Cleanup(func() {
		_ = command.Process.Signal(syscall.SIGINT)
		if err := <-ended; err != nil {
			t.Errorf("it ended with %v\n%s", err, said)
		}
	})
	tick, deadline := time.NewTicker(50*time.Millisecond), time.After(within)
	defer tick.Stop()
	for !strings.Contains(said.String(), "Ctrl-C ends all of it") {
		select {
		case err := <-ended:
			ended <- nil
			t.Fatalf("it ended: %v\n%s", err, said)
		case <-deadline:
			t.Fatalf("it does not start\n%s", said)
		case <-tick.C:
		}
	}
	at := func(name, form string) string {
		return regexp.MustCompile(name + `  +(` + form + `)`).FindStringSubmatch(said.String())[1]
	}
	const address = `http://[^/\s]+`
	return &service{dir, at("API", address), at("tokens", address), at("probes", address), at("database", `postgres\S+`)}
}

// paste runs a code block that uses a service at the usual addresses. Before that, paste replaces
// these addresses by the addresses of this service. The parameter words lists further texts to
// replace: an old text, its new text, and so on.
func (s *service) paste(t *testing.T, block string, words ...string) string {
	t.Helper()
	words = append([]string{"http://127.0.0.1:8080", s.api, "http://127.0.0.1:8083", s.issuer}, words...)
	return paste(t, s.dir, strings.NewReplacer(words...).Replace(block))
}
