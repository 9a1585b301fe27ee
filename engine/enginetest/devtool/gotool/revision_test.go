//go:build unix

package gotool

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// refusing is a shell script that runs instead of git. Like git in a container, it rejects the
// clone because another user owns the clone.
const refusing = `#!/bin/sh
echo "fatal: detected dubious ownership in repository" >&2
exit 128
`

// answering is a shell script that runs instead of git, and prints fixed answers.
const answering = `#!/bin/sh
case "$*" in
*"-C $CLONE rev-parse --short=12 HEAD") echo 0123456789ab ;;
*"-C $CLONE status --porcelain") printf "$CHANGED" ;;
*) exit 1 ;;
esac
`

func TestProgramsSayTheRevision(t *testing.T) {
	clone, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	path, program := os.Getenv("PATH"), filepath.Join(t.TempDir(), "says")
	t.Setenv("CLONE", clone)
	for name, c := range map[string]struct{ git, changed, want string }{
		"committed": {answering, "", "(0123456789ab, "},
		"changed":   {answering, " M main.go\\n", "(0123456789ab+dirty, "},
		"refused":   {refusing, "", "(unknown revision, "},
		"no git":    {"", "", "(unknown revision, "},
	} {
		bin := t.TempDir()
		if c.git != "" {
			if err := os.WriteFile(filepath.Join(bin, "git"), []byte(c.git), 0o700); err != nil {
				t.Fatal(err)
			}
		}
		t.Setenv("CHANGED", c.changed)
		t.Setenv("PATH", bin)
		build := Build{Root: clone, Packages: []string{"./enginetest/devtool/gotool/testdata/says"}, Output: program, Revision: Revision(t.Context(), clone)}
		t.Setenv("PATH", path)
		if err := build.Run(t.Context()); err != nil {
			t.Fatal(err)
		}
		said, err := exec.CommandContext(t.Context(), program).Output()
		if err != nil || !strings.Contains(string(said), c.want) {
			t.Errorf("%s: got %q, %v; want %q in it", name, said, err, c.want)
		}
	}
}
