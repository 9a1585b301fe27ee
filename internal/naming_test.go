package internal_test

import (
	"io/fs"
	"os"
	"path"
	"strings"
	"testing"

	"example.com/pgcqrs/internal/naming"
)

// The name of the service is a constant in package naming. The source code of the engine must not
// contain this name, because the engine can serve any service. The programs in cmd pass the name to
// the engine.
func TestTheEngineSpellsNoName(t *testing.T) {
	t.Parallel()
	for folder, least := range map[string]int{"engine": 100, "migrations/engine": 5} {
		files := 0
		root := os.DirFS("../" + folder)
		err := fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
			switch {
			case err == nil && entry.IsDir() && (name == "test" || name == "enginetest"): // these folders contain names of objects on a database server, such as templates
				return fs.SkipDir
			case err != nil || entry.IsDir() || path.Ext(name) != ".go" && path.Ext(name) != ".sql":
				return err
			}
			source, err := fs.ReadFile(root, name)
			files++
			number := 0
			for line := range strings.Lines(strings.ReplaceAll(string(source), module, "")) {
				number++
				if strings.Contains(strings.ToLower(line), naming.Service) {
					t.Errorf("%s/%s:%d spells the service's name: let cmd hand it over", folder, name, number)
				}
			}
			return err
		})
		if err != nil || files < least {
			t.Errorf("%s has %d files: %v", folder, files, err)
		}
	}
}
