//go:build unix

package dev_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// The developer starts the API with only the environment that dev has printed. The API then serves
// at the address that dev's banner names.
func TestWhatIsLeftOutRunsWithItsEnvironmentFile(t *testing.T) {
	t.Parallel()
	data := dataDir(t)
	api := filepath.Join(dataDir(t), "own-api")
	build := exec.CommandContext(t.Context(), "go", "build", "-buildvcs=false", "-o", api, "./cmd/api")
	build.Dir = repository
	if output, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	free := append(slices.Clone(otherServers), "API_OPS_ADDR=127.0.0.1:0") // nobody reserves the usual ports, so other programs may use them
	run := launch(t, free, "run", "-data", data, "-without", "api", "-api", "127.0.0.1:0")
	run.ready(t)
	file := filepath.Join(data, "api.env")
	info, err := os.Stat(file)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("%v, %v; want mode 0600", info, err)
	}
	address := strings.TrimPrefix(run.found(apiAt)[0], "http://")
	for _, want := range []string{"export API_ADDR=" + address, " PGSERVICE ", "left out    api", file} {
		if said := run.output(); !strings.Contains(said, want) {
			t.Errorf("it does not say %q:\n%s", want, said)
		}
	}
	own := exec.Command("/bin/sh", "-c", `set -a; . "$1"; exec "$2"`, "sh", file, api)
	own.Env = append(cleanEnv(), otherServers...) // as in the shell into which a developer pastes the lines
	own.Env = append(own.Env, "DATABASE_URL_FILE=/no/such/file", "READ_DATABASE_URL_FILE=/no/such/file")
	said := &instance{}
	own.Stdout, own.Stderr = said, said
	if err := own.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = own.Process.Signal(os.Interrupt)
		_ = own.Wait()
		if t.Failed() {
			t.Log(said.output())
		}
	})
	eventually(t, "the API listens", func() bool { return strings.Contains(said.output(), " listening ") })
	run.openAccount(t, "Ada")
	run.signal(t, os.Interrupt)
	if code := run.exitCode(t); code != 0 {
		t.Errorf("exit code after Ctrl-C = %d, want 0", code)
	}
}
