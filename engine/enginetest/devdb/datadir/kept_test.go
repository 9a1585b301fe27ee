//go:build unix

package datadir

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestAFolderOfSomethingElseIsNotTaken(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		files map[string]string
		taken bool
	}{
		"none":                  {nil, true},
		"an empty volume":       {map[string]string{"lost+found": ""}, true},
		"an earlier run's":      {map[string]string{"lock": "", "data": "x"}, true},
		"a killed run's":        {map[string]string{"lock": "999999999", "key.json": "x"}, true},
		"from a backup":         {map[string]string{"url": "postgres://postgres:secret@127.0.0.1:1/postgres", "data": "x"}, true},
		"somebody's":            {map[string]string{"letter.txt": "x"}, false},
		"with another's lock":   {map[string]string{"lock": "held by root", "letter.txt": "x", "url": "https://example.com"}, false},
		"another server's data": {map[string]string{"PG_VERSION": "15", "postmaster.pid": "1"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			for file, text := range c.files {
				if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			before, err := os.Stat(dir)
			if err != nil {
				t.Fatal(err)
			}
			kept, err := Keep(t.Context(), dir)
			if (err == nil) != c.taken {
				t.Fatalf("got %v, %v; want it taken: %v", kept, err, c.taken)
			}
			if err == nil {
				kept.Close()
				if kept, err = Keep(t.Context(), dir); err != nil {
					t.Fatalf("the second time: %v", err)
				}
				kept.Close()
				return
			}
			after, statErr := os.Stat(dir)
			if files, _ := os.ReadDir(dir); len(files) != len(c.files) || statErr != nil || after.ModTime() != before.ModTime() {
				t.Error("the folder was changed")
			}
			if !strings.Contains(err.Error(), "no earlier run") {
				t.Errorf("it says %v", err)
			}
		})
	}
}
