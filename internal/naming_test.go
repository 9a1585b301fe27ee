package internal_test

import (
	"io/fs"
	"os"
	"strings"
	"testing"

	"example.com/pgcqrs/internal/naming"
)

// The service's name is one constant: the engine, which serves any service, is told it by cmd.
func TestTheEngineSpellsNoName(t *testing.T) {
	t.Parallel()
	engine, files := os.DirFS("../engine"), 0
	err := fs.WalkDir(engine, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err == nil && entry.IsDir() && (name == "test" || name == "enginetest"): // they name what stands on a server
			return fs.SkipDir
		case err != nil || entry.IsDir() || !strings.HasSuffix(name, ".go"):
			return err
		}
		source, err := fs.ReadFile(engine, name)
		files++
		number := 0
		for line := range strings.Lines(strings.ReplaceAll(string(source), module, "")) {
			number++
			if strings.Contains(strings.ToLower(line), naming.Service) {
				t.Errorf("engine/%s:%d spells the service's name: let cmd hand it over", name, number)
			}
		}
		return err
	})
	if err != nil || files < 100 {
		t.Errorf("the engine has %d files: %v", files, err)
	}
}
