package repair

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"example.com/pgcqrs/tools/dev/ready"
)

// The printed command uses the database of the run, even if variables of the shell name another
// database.
func TestARepairIsSaidAsACommand(t *testing.T) {
	t.Parallel()
	const url, key = "postgres://u:it's@127.0.0.1:5432/x?sslmode=disable", "file:///a b/key.json"
	dir := filepath.Join(t.TempDir(), "my data")
	r := Run{File: filepath.Join(dir, "migrate.env"), Args: []string{"run", "-data", "my data"}}
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := r.WriteFile(url, key); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(r.File); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v; want mode 0600", info, err)
	}
	said := r.Say("api", ready.TimedOut("api is not ready: a person has a key again: run migrate erase-again")).Error()
	if want := "\n  go run ./cmd/dev run -data 'my data' -without api\n"; !strings.Contains(said, want) {
		t.Errorf("it does not say %q:\n%s", want, said)
	}
	_, rest, _ := strings.Cut(said, "\n  (set -a")
	line, _, _ := strings.Cut("(set -a"+rest, "\n")
	pasted := strings.Replace(line, "go run ./cmd/migrate erase-again", `echo "$DATABASE_URL $KEY_URI,$DATABASE_URL_FILE"`, 1)
	command := exec.CommandContext(t.Context(), "/bin/sh", "-c", pasted)
	command.Env = append(command.Environ(), "DATABASE_URL=other", "DATABASE_URL_FILE=/a")
	if output, err := command.Output(); err != nil || string(output) != url+" "+key+",\n" {
		t.Errorf("%s: got %q, %v", line, output, err)
	}
}

// The database may have been used with another issuer of tokens than the issuer in AUTH_ISSUER. The
// API then ends when it starts, and its error names two commands for a repair. dev prints the safe
// command, which never makes one person's data visible to another person.
func TestARepairOfAnAPIThatHasEnded(t *testing.T) {
	t.Parallel()
	r := Run{File: filepath.Join(t.TempDir(), "migrate.env"), Args: []string{"run"}}
	err := errors.New("api died (exit status 1); its last lines:\n  api: AUTH_ISSUER is https://b: the subjects in this database are of https://a. " +
		"If …, run migrate issuer -same https://b; if it does not, run migrate issuer -other https://b, and …")
	said := r.Say("api", err).Error()
	if !strings.Contains(said, "go run ./cmd/migrate issuer -other https://b)\n") || !strings.Contains(said, "run -without api") {
		t.Errorf("it says %s", said)
	}
}

// If the developer names the database, it continues to run after dev has ended. In this case, dev
// does not write the database's URL to a file.
func TestARepairOfADatabaseThatWasGiven(t *testing.T) {
	t.Parallel()
	r := Run{File: filepath.Join(t.TempDir(), "migrate.env"), Args: []string{"run"}, Given: true}
	if err := r.WriteFile("postgres://u:secret@127.0.0.1:5432/x", ""); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(r.File); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("its URL is in a file: %v", err)
	}
	said := r.Say("api", ready.TimedOut("api is not ready: run migrate erase-again")).Error()
	if !strings.HasSuffix(said, "\n  go run ./cmd/migrate erase-again") || strings.Contains(said, "-without") {
		t.Errorf("it says %s", said)
	}
}

func TestWhatAsksForNoRepairGetsNone(t *testing.T) {
	t.Parallel()
	r := Run{File: "/data/migrate.env", Args: []string{"run"}}
	if err := errors.New("api died"); r.Say("api", err) != err { //nolint:errorlint // Say must return the same error value
		t.Error("an error of another kind is changed")
	}
	said := r.Say("projector", ready.TimedOut("projector is not ready")).Error()
	if !strings.Contains(said, "run -without projector") || strings.Contains(said, "cmd/migrate") {
		t.Errorf("without a repair to run it says %s", said)
	}
}
