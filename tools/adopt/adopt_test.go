//go:build all

package main

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"example.com/pgcqrs/tools/adopt/names"
	"example.com/pgcqrs/tools/adopt/template"
	"example.com/pgcqrs/tools/adopt/worktree"
)

// find lists the service's files that contain a text in any letter case. find ignores the import
// paths of the engine and of the tools, because adopt does not rename these modules.
func find(t *testing.T, dir, text string) (found []string) {
	t.Helper()
	files, err := worktree.Files(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	n, err := names.New("github.com/acme/orders", "")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range files {
		content, err := os.ReadFile(filepath.Join(dir, path))
		if err != nil {
			t.Fatal(err)
		}
		if marked, _ := n.Hide(path + string(content)); names.OfTheService(path) && strings.Contains(strings.ToLower(marked), text) {
			found = append(found, path)
		}
	}
	return found
}

func do(t *testing.T, dir, name string, args ...string) {
	t.Helper()
	command := exec.Command(name, args...)
	command.Dir = dir
	if output, err := command.CombinedOutput(); err != nil {
		t.Errorf("%s %v: %v\n%s", name, args, err, output)
	}
}

// After adopt has renamed a copy of the template, no file of the copy contains the old names. The
// copy compiles, is formatted and passes its tests. A second run of adopt finds nothing to rename.
func TestAdoptACopy(t *testing.T) {
	t.Parallel()
	dir := copyOf(t)
	said := adopt(t, dir, "github.com/acme/orders")
	if !strings.Contains(said, "places in") {
		t.Errorf("it does not say what it does: %s", said)
	}
	if found := find(t, dir, names.OldService); len(found) > 0 {
		t.Errorf("%v have the old name", found)
	}
	if changed := append(changedIn(t, dir, "engine"), changedIn(t, dir, "tools")...); len(changed) > 0 {
		t.Errorf("%v are other modules', and were changed", changed)
	}
	if readme := textOf(t, dir, "README.md"); !strings.HasPrefix(readme, "# orders\n\norders is ") {
		t.Errorf("README.md begins with %.100s", readme)
	}
	if !strings.Contains(said, "LICENSE is the template's: Apache-2.0.") {
		t.Errorf("it does not say whose LICENSE is: %s", said)
	}
	do(t, dir, "go", "build", "./...")
	do(t, dir, "go", "vet", "./internal/...", "./cmd/...", "./test/http")
	do(t, dir, "go", "-C", "engine", "vet", "./...")
	do(t, dir, "go", "-C", "tools", "vet", "./...")
	if _, err := os.Stat(filepath.Join(dir, "tools/lab")); err == nil {
		t.Error("the lab is there")
	}
	if updates, err := os.ReadFile(filepath.Join(dir, ".github/dependabot.yml")); err != nil || bytes.Contains(updates, []byte("tools/lab")) {
		t.Errorf("the lab is kept current: %v\n%s", err, updates)
	}
	do(t, dir, "make", "help")
	do(t, dir, "go", "test", "./test", "./internal/...", "./cmd/api", "./cmd/projector", "./cmd/ops", "./cmd/migrate")
	var unformatted bytes.Buffer
	command := exec.Command("gofmt", "-l", ".")
	command.Dir, command.Stdout = dir, &unformatted
	if err := command.Run(); err != nil || unformatted.Len() > 0 {
		t.Errorf("gofmt: %v\n%s", err, unformatted.String())
	}
	again := exec.Command("go", "run", "./cmd/adopt", "github.com/acme/orders")
	again.Dir = dir
	if output, err := again.CombinedOutput(); err != nil || !strings.Contains("\n"+string(output), "\nnothing to do") {
		t.Errorf("the second time: %v\n%s", err, output)
	}
}

// With the flag -keep-lab, adopt does not remove the folder tools/lab, and renames the code in it.
// This code then compiles under the new name.
func TestTheLabStaysWhereItIsAskedFor(t *testing.T) {
	t.Parallel()
	dir := copyOf(t)
	adopt(t, dir, "-keep-lab", "github.com/acme/orders/v2")
	if found := find(t, dir, names.OldService); len(found) > 0 {
		t.Errorf("%v have the old name", found)
	}
	if module, err := names.ModuleOf(dir, template.Lab); err != nil || module != "github.com/acme/orders/v2/tools/lab" {
		t.Errorf("the lab's module is %s: %v", module, err)
	}
	do(t, dir, "go", "-C", template.Lab, "vet", "-tags", "all", "./...")
	do(t, dir, "make", "-n", "campaign")
}

// adopt refuses a copy that contains only the service's module, because the modules of the engine
// and of the tools are missing. The tool gonew makes such copies.
func TestACopyOfOneModuleIsRefused(t *testing.T) {
	t.Parallel()
	for _, folder := range []string{"engine", "tools"} {
		dir := copyOf(t)
		if err := os.RemoveAll(filepath.Join(dir, folder)); err != nil {
			t.Fatal(err)
		}
		err := run(t.Context(), dir, []string{"-yes", "acme.test/shop"}, strings.NewReader(""), io.Discard)
		if err == nil || !strings.HasPrefix(err.Error(), "there is no "+folder+"/ here") || !strings.Contains(err.Error(), "clone the repository") {
			t.Errorf("without %s: %v", folder, err)
		}
		if len(find(t, dir, names.OldService)) == 0 {
			t.Errorf("without %s it was renamed all the same", folder)
		}
	}
}

// This test covers the names that adopt refuses. The tests in tools/lab/adopt cover the names that
// adopt accepts, and the routes that adopt adds.
func TestAggregatesThatAreRefused(t *testing.T) {
	t.Parallel()
	dir := copyOf(t)
	for _, args := range [][]string{{"-new-aggregate", "Invoice"}, {"-new-aggregate", "in-voice"}, {"-new-aggregate", "x"}, {"-new-aggregate", "type"}, {"-new-aggregate", "error"}, {"-new-aggregate", "event"}, {"-new-projection", "accounts"}, {"-new-aggregate", "problem"}, {"-new-projection", "New"}, {"-new-aggregate", "invoice", "-new-projection", "letters", "github.com/acme/orders"}, {"-new-aggregate", "invoice", "github.com/acme/orders"}} {
		if err := run(t.Context(), dir, args, strings.NewReader(""), io.Discard); err == nil {
			t.Errorf("%v is taken", args)
		}
	}
	var said bytes.Buffer
	if err := run(t.Context(), dir, []string{"-new-aggregate", "account"}, strings.NewReader(""), &said); err != nil || !strings.HasPrefix(said.String(), "nothing to do") {
		t.Errorf("one that is there: %s, %v", said.String(), err)
	}
}

func TestWhatIsRefused(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		args []string
		says string
	}{
		"no module":                       {nil, "name the new module"},
		"two modules":                     {[]string{"a.test/b", "a.test/c"}, "name the new module"},
		"two things at once":              {[]string{"-remove-sample", "-new-aggregate", "invoice"}, "one at a time"},
		"a thing and a module":            {[]string{"-remove-sample", "acme.test/orders"}, "one at a time"},
		"no host":                         {[]string{"acme/orders"}, "must be a host"},
		"a space":                         {[]string{"acme.test/my orders"}, "letters, digits"},
		"a part that is empty":            {[]string{"acme.test//orders"}, "letters, digits"},
		"a service with a hyphen":         {[]string{"-service", "my-orders", "acme.test/orders"}, "lower-case letters and digits"},
		"a service with a capital":        {[]string{"-service", "Orders", "acme.test/orders"}, "lower-case letters and digits"},
		"a module that names no service":  {[]string{"acme.test/my-orders"}, "-service"},
		"a service called pg":             {[]string{"acme.test/pg"}, "begin with pg_"},
		"a service that begins with zero": {[]string{"-service", "0rders", "acme.test/orders"}, "a letter first"},
	} {
		if err := run(t.Context(), t.TempDir(), tc.args, strings.NewReader(""), io.Discard); err == nil || !strings.Contains(err.Error(), tc.says) {
			t.Errorf("%s: %v, want %q", name, err, tc.says)
		}
	}
}

// adopt changes no file in a git tree that has uncommitted changes. adopt also changes no file if
// the user does not agree.
func TestNothingIsChangedUnasked(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "go.mod")
	if err := os.WriteFile(file, []byte("module "+names.OldModule+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, folder := range []string{"engine", "tools"} {
		if err := os.Mkdir(filepath.Join(dir, folder), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := run(t.Context(), dir, []string{"acme.test/shop"}, strings.NewReader("n\n"), io.Discard); err == nil {
		t.Error("it did not ask")
	}
	do(t, dir, "git", "init", "-q")
	do(t, dir, "git", "add", "go.mod")
	if err := run(t.Context(), dir, []string{"-yes", "acme.test/shop"}, strings.NewReader(""), io.Discard); err == nil || !strings.Contains(err.Error(), "not committed") {
		t.Errorf("a change that is not committed: %v", err)
	}
	if content, _ := os.ReadFile(file); string(content) != "module "+names.OldModule+"\n" {
		t.Errorf("go.mod is %q", content)
	}
	do(t, dir, "git", "-c", "user.name=a", "-c", "user.email=a@a.test", "commit", "-qm", "all")
	if said := adopt(t, dir, "acme.test/shop"); !strings.Contains(said, "git add -A && git commit") {
		t.Errorf("it does not say that it has to be committed: %s", said)
	}
	if content, _ := os.ReadFile(file); string(content) != "module acme.test/shop\n" {
		t.Errorf("go.mod is %q", content)
	}
}
