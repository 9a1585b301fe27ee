package test

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// places are where a reader of this repository looks for each thing.
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

// described are the folders that say what belongs in them.
var described = []string{"cmd/api", "cmd/projector", "internal/events", "internal/write", "internal/read", "internal/httpapi", "migrations", "test"}

var (
	packageComment = regexp.MustCompile(`(?m)^((?://.*\n)+)package \w+$`)
	partOfEngine   = regexp.MustCompile(`\bengine/\w+`)
)

// Each of the folders says in doc.go, and nowhere else, what belongs in it and where the engine's
// part of the same idea is.
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
			if !isThere(part) && isThere("test/owned_test.go") { // in a service the engine may be a later one
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

var listOfModules = regexp.MustCompile(`(?m)^var modules = \[\]string\{(.*)\}$`)

// A new module is tested, and kept current, like the others.
func TestEveryModuleIsListed(t *testing.T) {
	t.Parallel()
	var dependabot struct {
		Updates []struct {
			Ecosystem   string   `yaml:"package-ecosystem"`
			Directories []string `yaml:"directories"`
		} `yaml:"updates"`
	}
	if err := yaml.Unmarshal([]byte(fileOf(t, ".github/dependabot.yml")), &dependabot); err != nil {
		t.Fatal(err)
	}
	var updated []string
	for _, update := range dependabot.Updates {
		if update.Ecosystem == "gomod" {
			updated = append(updated, update.Directories...)
		}
	}
	tested := listOfModules.FindStringSubmatch(fileOf(t, "tools/dev/modules.go"))
	if tested == nil {
		t.Fatal("tools/dev/modules.go has no list of modules")
	}
	for _, module := range modules(t) {
		if !strings.Contains(tested[1], `"`+module+`"`) {
			t.Errorf("%s/go.mod: tools/dev/modules.go does not list the module: no test of it is run", module)
		}
		if !slices.Contains(updated, "/"+strings.TrimPrefix(module, ".")) {
			t.Errorf("%s/go.mod: .github/dependabot.yml does not list the directory", module)
		}
	}
}

// With a go.work the engine could import the service, and nobody would notice.
func TestNoWorkspaceIsCommitted(t *testing.T) {
	t.Parallel()
	if !isThere(".git") {
		return // a copy without git has committed nothing
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

// modules returns the folders that hold a go.mod, "." first.
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

// fileOf returns the text of a file, by its path from the root.
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
