package main

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.com/pgcqrs/tools/adopt/sample"
	"example.com/pgcqrs/tools/adopt/shipped"
	"example.com/pgcqrs/tools/adopt/worktree"
)

var update = flag.Bool("update", false, "write shipped/shipped.txt")

func TestShippedIsCurrent(t *testing.T) {
	t.Parallel()
	files, err := worktree.Files(t.Context(), "../..")
	if err != nil {
		t.Fatal(err)
	}
	files = slices.DeleteFunc(files, func(path string) bool {
		_, err := os.Stat(filepath.Join("../..", path))
		return err != nil || !sample.Has(filepath.ToSlash(path))
	})
	slices.Sort(files)
	now := strings.Join(files, "\n") + "\n"
	if *update {
		if err := os.WriteFile("shipped/shipped.txt", []byte(now), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(strings.Split(shipped.List, "\n"), strings.Split(now, "\n")); diff != "" {
		t.Errorf("go test ./tools/adopt -run TestShippedIsCurrent -update writes shipped/shipped.txt (-now in it +files):\n%s", diff)
	}
}
