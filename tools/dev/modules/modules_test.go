package modules

import (
	"strings"

	"example.com/pgcqrs/engine/enginetest/devtool/arguments"

	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The test uses a clone with several kinds of folders. In each test case, the command line is given
// in one of these folders.
func TestPackagesAreTestedInTheirModules(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	for _, file := range []string{"api/api.go", "docs/page.md", "internal/read/read.go", "test/http/http_test.go", "engine/event/event.go", "engine/test/eventlog/log_test.go", "tools/dev/main.go", "tools/lab/load/main.go", ".dev/x.go"} {
		path := filepath.Join(root, file)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	service := []string{"./api/...", "./internal/...", "./test/..."}
	everything := map[string][]string{".": service, "engine": {"./event/...", "./test/..."}, "tools": {"./dev/..."}, "tools/lab": {"./load/..."}}
	for _, c := range []struct {
		from, line string
		want       map[string][]string
	}{
		{".", "", map[string][]string{".": service}},
		{"engine/test/eventlog", "", map[string][]string{".": service}},
		{".", "-all -run X", everything},
		{"engine", "-all", everything},
		{".", "./...", everything},
		{".", "-race ./engine/... ./test/http", map[string][]string{".": {"./test/http"}, "engine": everything["engine"]}},
		{".", "-all ./engine/test/eventlog", map[string][]string{"engine": {"./test/eventlog"}}},
		{".", "./engine/test/...", map[string][]string{"engine": {"./test/..."}}},
		{".", "./tools/...", map[string][]string{"tools": everything["tools"], "tools/lab": everything["tools/lab"]}},
		{"engine", ".", map[string][]string{"engine": {"."}}},
		{"tools/lab/load", "../../../engine/event example.com/a", map[string][]string{"engine": {"./event"}, "tools/lab": {"example.com/a"}}},
		{"engine", "./...", map[string][]string{"engine": everything["engine"]}},
	} {
		got := make(map[string][]string)
		for _, p := range Parts(root, filepath.Join(root, c.from), parsed(t, c.line)) {
			folder, err := filepath.Rel(root, p.Dir)
			if err != nil {
				t.Fatal(err)
			}
			got[filepath.ToSlash(folder)] = p.Packages
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%q in %s (-want +got):\n%s", c.line, c.from, diff)
		}
	}
}

// The list in the variable modules contains every folder with a go.mod.
func TestEveryModuleIsTested(t *testing.T) {
	t.Parallel()
	for _, pattern := range []string{"go.mod", "*/go.mod", "*/*/go.mod"} {
		found, err := filepath.Glob(filepath.Join("../../..", pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range found {
			folder, err := filepath.Rel("../../..", filepath.Dir(file))
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Contains(modules, filepath.ToSlash(folder)) {
				t.Errorf("%s is not in modules", folder)
			}
		}
	}
}

func parsed(t *testing.T, line string) arguments.Test {
	t.Helper()
	read, err := arguments.Parse("shop", strings.Fields("test "+line))
	if err != nil {
		t.Fatalf("%q: %v", line, err)
	}
	return *read.Test
}
