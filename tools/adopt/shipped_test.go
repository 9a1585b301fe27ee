package main

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write shipped.txt")

func TestShippedIsCurrent(t *testing.T) {
	t.Parallel()
	files, err := filesOf(t.Context(), "../..")
	if err != nil {
		t.Fatal(err)
	}
	files = slices.DeleteFunc(files, func(path string) bool {
		_, err := os.Stat(filepath.Join("../..", path))
		return err != nil || !goesWithSample(filepath.ToSlash(path))
	})
	slices.Sort(files)
	now := strings.Join(files, "\n") + "\n"
	if *update {
		if err := os.WriteFile("shipped.txt", []byte(now), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(strings.Split(shippedList, "\n"), strings.Split(now, "\n")); diff != "" {
		t.Errorf("go test ./tools/adopt -run TestShippedIsCurrent -update writes shipped.txt (-now in it +files):\n%s", diff)
	}
}

func TestOwnFilesStay(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, path := range []string{"internal/write/account/decide.go", "internal/write/account/myrule.go", "test/mine/mine_test.go", "test/http/accounts_test.go"} {
		if err := writeFile(dir, path, "package x\n"); err != nil {
			t.Fatal(err)
		}
	}
	for pattern, own := range map[string]string{"internal/write/account": "internal/write/account/myrule.go", "test/mine": "test/mine/mine_test.go", "test/http": ""} {
		err := refuseOwn(dir, pattern)
		if own == "" && err != nil || own != "" && (err == nil || !strings.Contains(err.Error(), own+";")) {
			t.Errorf("%s: %v, want it to name %q", pattern, err, own)
		}
	}
}

// In a folder with tests of the engine's a file goes alone, elsewhere with its folder.
func TestEnginesTestsStay(t *testing.T) {
	t.Parallel()
	for path, goes := range map[string]string{
		"test/http/door_test.go": "test/http/door_test.go", "tools/lab/replica/lossy_test.go": "tools/lab/replica/lossy_test.go",
		"test/readmodels/fold_test.go": "test/readmodels", "tools/lab/load/drive/accounts.go": "tools/lab/load", "tools/test/dev/dev_test.go": "tools/test/dev", "engine/command/group.go": "", "engine/test/eventlog/append_test.go": "", "engine/auth/fetch_test.go": "",
	} {
		if got := testOf(path); got != goes {
			t.Errorf("with %s goes %q, want %q", path, got, goes)
		}
	}
}
