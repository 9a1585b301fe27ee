package logsql_test

import (
	"io/fs"
	"os"
	"path"
	"regexp"
	"strings"
	"testing"
)

// The log alone names the table events: whoever asks about it in a statement puts a part of this package in. Left out
// are the schema, which has the log's own functions, and what only tests use.
func TestOnlyTheLogNamesItsTable(t *testing.T) {
	t.Parallel()
	named := regexp.MustCompile(`(?i)\b(from|join|into|update|table)\s+events\b`)
	read := 0
	err := fs.WalkDir(os.DirFS("../.."), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			switch name {
			case "eventlog", "schema", "enginetest", "test":
				return fs.SkipDir
			}
			return nil
		}
		if ext := path.Ext(name); ext != ".go" && ext != ".sql" || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		text, err := os.ReadFile(path.Join("../..", name))
		if err != nil {
			return err
		}
		read++
		for number, line := range strings.Split(string(text), "\n") {
			if code, _, _ := strings.Cut(line, "//"); named.MatchString(code) {
				t.Errorf("engine/%s:%d names the log's table: %s", name, number+1, strings.TrimSpace(line))
			}
		}
		return nil
	})
	if err != nil || read < 100 {
		t.Fatalf("%d files were read: %v", read, err)
	}
}
