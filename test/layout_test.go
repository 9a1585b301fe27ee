package test

import (
	"cmp"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// places lists the files and folders that a reader expects in this repository.
var places = []string{
	"go.mod", "go.sum", "Dockerfile", "docker-compose.yml",
	"migrations", "cmd/api", "cmd/projector", "internal/write", "internal/read", "internal/events",
	"api/openapi.yaml", "test",
}

func TestThePlacesAreThere(t *testing.T) {
	t.Parallel()
	for _, place := range places {
		if _, err := os.Stat(filepath.Join("..", place)); err != nil {
			t.Errorf("%s is not there: %v", place, err)
		}
	}
}

// described lists the folders whose doc.go must say what belongs in the folder.
var described = []string{"cmd/api", "cmd/projector", "internal/events", "internal/write", "internal/read", "internal/httpapi", "migrations", "test"}

var (
	packageComment = regexp.MustCompile(`(?m)^((?://.*\n)+)package \w+$`)
	partOfEngine   = regexp.MustCompile(`\bengine/\w+`)
)

// In each of these folders, the file doc.go must say what belongs in the folder, and which packages
// of the engine are related. No other file of the folder may have a package comment.
func TestTheFoldersSayWhatBelongsInThem(t *testing.T) {
	t.Parallel()
	for _, folder := range described {
		text := fileOf(t, folder+"/doc.go")
		comment := packageComment.FindString(text)
		if strings.Count(comment, "\n") < 4 || !strings.Contains(comment, "belong") {
			t.Errorf("%s/doc.go does not say what belongs there:\n%s", folder, comment)
		}
		named := partOfEngine.FindAllString(comment, -1)
		if len(named) == 0 {
			t.Errorf("%s/doc.go does not say where the engine's part is", folder)
		}
		for _, part := range named {
			if !isThere(part) && isThere("test/owned_test.go") { // a service may have a newer engine
				t.Errorf("%s/doc.go names %s, which is not there", folder, part)
			}
		}
		for _, file := range sourcesIn(t, folder) {
			if filepath.Base(file) != "doc.go" && packageComment.MatchString(fileOf(t, file)) {
				t.Errorf("%s has a comment of the package: it belongs in doc.go", file)
			}
		}
	}
}

// listsOfModules lists the files that contain a list of all Go modules, and what goes wrong if a
// module is missing in the list. The first group of the regular expression matches the list.
var listsOfModules = []struct {
	file, without string
	list          *regexp.Regexp
}{
	{"tools/dev/modules/modules.go", "no test of it is run", regexp.MustCompile(`(?m)^var modules = \[\]string\{(.*)\}$`)},
	{"Makefile", "no target reaches it", regexp.MustCompile(`(?m)^MODULES := (.*)$`)},
	{".ci/run", "it is not downloaded before there is no network", regexp.MustCompile(`(?m)for module in (.*); do go -C "\$module" mod download`)},
	{".github/dependabot.yml", "its modules are not kept current", regexp.MustCompile(`(?s)package-ecosystem: gomod\n +directories:\n(.*?)schedule:`)},
}

// Every Go module of the repository must be in each list of modules. Otherwise nobody would test
// the module, or nobody would update its dependencies.
func TestEveryModuleIsListed(t *testing.T) {
	t.Parallel()
	for _, list := range listsOfModules {
		if !isThere(list.file) || list.file == ".ci/run" && !isThere("test/owned_test.go") {
			continue // a service may build in another way, with its own file of that name
		}
		found := list.list.FindStringSubmatch(fileOf(t, list.file))
		if found == nil {
			t.Errorf("%s has no list of modules", list.file)
			continue
		}
		var listed []string
		for _, word := range strings.FieldsFunc(found[1], func(r rune) bool { return strings.ContainsRune(" ,\"()\n", r) }) {
			listed = append(listed, cmp.Or(strings.TrimSuffix(strings.TrimPrefix(word, "/"), "/go.mod"), "."))
		}
		for _, module := range modules(t) {
			if !slices.Contains(listed, module) {
				t.Errorf("%s does not list %s/go.mod: %s", list.file, module, list.without)
			}
		}
	}
}

// No file go.work may be committed. With a go.work, the engine could import the service, and no
// test would fail.
func TestNoWorkspaceIsCommitted(t *testing.T) {
	t.Parallel()
	if !isThere(".git") {
		return // a copy without git has no commits
	}
	command := exec.CommandContext(t.Context(), "git", "ls-files", "go.work", "**/go.work", "go.work.sum", "**/go.work.sum")
	command.Dir = ".."
	listed, err := command.Output()
	if err != nil {
		t.Fatal(err)
	}
	if len(listed) > 0 {
		t.Errorf("git has %s: take it out (git rm --cached), GOWORK=off is how this is built", listed)
	}
}

// modules returns the folders that contain a go.mod, with "." first.
func modules(t *testing.T) (found []string) {
	t.Helper()
	err := fs.WalkDir(os.DirFS(".."), ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && (path == "bin" || entry.Name() == "vendor" || entry.Name() == "testdata" || len(path) > 1 && strings.HasPrefix(entry.Name(), ".")) {
			return fs.SkipDir
		}
		if entry.Name() == "go.mod" {
			found = append(found, filepath.ToSlash(filepath.Dir(path)))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(found)
	return found
}

// sourcesIn returns the Go files of a folder, without tests.
func sourcesIn(t *testing.T, folder string) (files []string) {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join("..", folder))
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if strings.HasSuffix(entry.Name(), ".go") && !strings.HasSuffix(entry.Name(), "_test.go") {
			files = append(files, folder+"/"+entry.Name())
		}
	}
	return files
}

// fileOf returns the text of a file. The path is relative to the root of the repository.
func fileOf(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", path))
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(text), "\r\n", "\n")
}

func isThere(path string) bool {
	_, err := os.Stat(filepath.Join("..", path))
	return err == nil
}
