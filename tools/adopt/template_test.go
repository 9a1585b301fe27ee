package main

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"example.com/pgcqrs/tools/adopt/names"
	"example.com/pgcqrs/tools/adopt/sample"
	"example.com/pgcqrs/tools/adopt/shipped"
	"example.com/pgcqrs/tools/adopt/worktree"
)

// Before it changes files, adopt shows how many it will change and remove. It counts a file that it
// will remove as removed, and not as changed.
func TestThePreviewCountsWhatStays(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		args []string
		says string
	}{
		{[]string{"acme.test/shop"}, "  .               3 places in   2 files\n  removed, because they are about the template: tools/lab, "},
		{[]string{"-keep-lab", "acme.test/shop"}, "  .               3 places in   2 files\n  tools           2 places in   1 files\n  removed, because they are about the template: tools/lab/adopt, "},
	} {
		dir := smallCopy(t)
		for path, text := range map[string]string{
			"go.mod": "module " + names.OldModule + "\n", "Dockerfile": names.OldModule + "/cmd " + names.OldService + "\n",
			"internal/docs_test.go": "package internal // " + names.OldModule + "\n", ".ci/run": names.OldService + "\n", "tools/lab/adopt/a_test.go": "package adopt // " + names.OldModule + "\n",
		} {
			if err := worktree.Write(dir, path, text); err != nil {
				t.Fatal(err)
			}
		}
		if said := adopt(t, dir, test.args...); !strings.Contains(said, "\n\n"+test.says) {
			t.Errorf("%v: it says %s, want %s", test.args, said, test.says)
		}
	}
}

// A copy that gonew makes has no folder engine/. In such a copy, the go command fails before it can
// run a program of the copy. Its error names a line of cmd/adopt. A comment above that line
// explains the error, and so does the comment at the replace directive in go.mod. README.md also
// shows the error.
func TestACopyWithoutTheEngineIsExplained(t *testing.T) {
	t.Parallel()
	dir := copyOf(t)
	for _, folder := range []string{"engine", "tools"} {
		if err := os.RemoveAll(filepath.Join(dir, folder)); err != nil {
			t.Fatal(err)
		}
	}
	readme, source := textOf(t, dir, "README.md"), textOf(t, dir, "cmd/adopt/main.go")
	for becomes, says := range map[string]string{names.OldModule: "replacement directory ./engine does not exist", "acme.test/shop": "reading engine/go.mod"} {
		renamed := strings.ReplaceAll(textOf(t, dir, "go.mod"), "module "+names.OldModule, "module "+becomes)
		for path, text := range map[string]string{"go.mod": renamed, "cmd/adopt/main.go": strings.ReplaceAll(source, names.OldModule, becomes)} {
			if err := worktree.Write(dir, path, text); err != nil {
				t.Fatal(err)
			}
		}
		command := exec.CommandContext(t.Context(), "go", "run", "./cmd/adopt", "acme.test/shop")
		command.Dir, command.Env = dir, append(os.Environ(), "GOPROXY=off", "GOWORK=off")
		output, err := command.CombinedOutput()
		place := regexp.MustCompile(`(?m)^cmd/adopt/main\.go:(\d+):.*` + regexp.QuoteMeta(says)).FindStringSubmatch(string(output))
		if err == nil || place == nil {
			t.Fatalf("as %s: %v\n%s", becomes, err, output)
		}
		line, err := strconv.Atoi(place[1])
		if err != nil {
			t.Fatal(err)
		}
		if above := strings.Join(strings.Split(source, "\n")[line-3:line-1], " "); !strings.Contains(above, "gonew makes") {
			t.Errorf("above the line that the go command names stands %s", above)
		}
		if !strings.Contains(readme, "`gonew`") || !strings.Contains(readme, says) {
			t.Errorf("README.md does not say that %s is what a copy by gonew is told", says)
		}
	}
	if !regexp.MustCompile(`(?m)^replace .* => \./engine // .*gonew`).MatchString(textOf(t, dir, "go.mod")) {
		t.Error("go.mod does not say that a copy by gonew lacks engine/")
	}
}

// In this test, a service from which the template's sample was removed gets the folder tools/ of a
// later version. adopt removes the sample's files from tools/. adopt does not remove the service's
// own files, even if such a file has the name of a sample file or uses a route of the sample.
func TestTheSamplesPartOfLaterTools(t *testing.T) {
	t.Parallel()
	dir := copyOf(t)
	for _, path := range []string{"tools/test/mine/mine_test.go", "docs/performance.md", "internal/read/balances/balances.go", "internal/write/account/decide.go"} {
		if err := worktree.Write(dir, path, "package mine // is about /v1/accounts\n"); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Remove(filepath.Join(dir, sample.Migration)); err != nil {
		t.Fatal(err)
	}
	paths, err := sample.InTools(dir)
	if err != nil {
		t.Fatal(err)
	}
	said := strings.Join(paths, " ")
	for _, goes := range []string{"tools/dev/stack/sample.go", "tools/test/dev"} {
		if !strings.Contains(said+" ", goes+" ") {
			t.Errorf("%s stays: it lists %s", goes, said)
		}
	}
	if strings.Contains(said, "mine") || strings.Contains(said, "docs/") || strings.Contains(said, "internal/") {
		t.Errorf("what is the service's own goes: %s", said)
	}
	for _, path := range paths {
		if err := shipped.Remove(dir, path, &strings.Builder{}); err != nil {
			t.Error(err)
		}
	}
	var out strings.Builder
	if err := run(t.Context(), dir, []string{"-remove-sample"}, strings.NewReader(""), &out); err != nil || !strings.HasPrefix(out.String(), "nothing to do") {
		t.Errorf("once more: %s, %v", out.String(), err)
	}
	for _, path := range []string{"docs/performance.md", "internal/read/balances/balances.go", "internal/write/account/decide.go"} {
		if _, err := fs.Stat(os.DirFS(dir), path); err != nil {
			t.Errorf("%s is gone: %v", path, err)
		}
	}
}
