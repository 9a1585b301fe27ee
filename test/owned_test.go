package test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// mostLines and mostFiles limit the code that a new service owns. The code of a real service grows
// beyond these limits. Therefore the program adopt, which turns the template into a service,
// removes this test file.
const (
	mostLines  = 5200
	mostFiles  = 150
	mostDirect = 14
)

var generated = regexp.MustCompile(`(?m)^// Code generated .* DO NOT EDIT\.$`)

// A team that adopts this template has to maintain the code that this test counts: Go and SQL.
// Tests, generated code and copies of the engine's migrations do not count. The number of lines
// must stay below a limit.
func TestACloneOwnsLittle(t *testing.T) {
	t.Parallel()
	lines, files := 0, 0
	for _, folder := range []string{"api", "cmd", "internal", "migrations", "test"} {
		err := fs.WalkDir(os.DirFS(".."), folder, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || strings.HasPrefix(path, "migrations/engine/") {
				return err
			}
			if !strings.HasSuffix(path, ".sql") && !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return nil
			}
			text := fileOf(t, path)
			if !generated.MatchString(text) {
				files++
				lines += strings.Count(text, "\n")
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d lines in %d files", lines, files)
	if lines > mostLines || files > mostFiles {
		t.Errorf("a clone owns %d lines in %d files, want at most %d in %d: what any service needs belongs in engine", lines, files, mostLines, mostFiles)
	}
}

func TestTheServiceRequiresLittle(t *testing.T) {
	t.Parallel()
	if direct := requirements(t, ".").direct(); len(direct) > mostDirect {
		t.Errorf("go.mod requires %d modules directly, want at most %d: %s", len(direct), mostDirect, strings.Join(direct, " "))
	}
}

// Each program of the service contains only its configuration and its wiring: the code that
// connects the packages. The program api also connects the domain to the log (wire.go).
func TestTheProgramsAreWiring(t *testing.T) {
	t.Parallel()
	for folder, more := range map[string][]string{"cmd/api": {"wire.go"}, "cmd/projector": nil} {
		var found []string
		for _, file := range sourcesIn(t, folder) {
			found = append(found, filepath.Base(file))
		}
		for _, needed := range []string{"config.go", "main.go"} {
			if !slices.Contains(found, needed) {
				t.Errorf("%s has no %s", folder, needed)
			}
		}
		for _, file := range found {
			if !slices.Contains([]string{"config.go", "doc.go", "main.go"}, file) && !slices.Contains(more, file) {
				t.Errorf("%s/%s: cmd only wires: move it to internal or to engine, or say in this test why it is wiring", folder, file)
			}
		}
	}
}
