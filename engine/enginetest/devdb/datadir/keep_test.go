package datadir

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestKeptDataHasOneUserAtATime(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "kept")
	first, err := Keep(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Keep(t.Context(), dir); err == nil || !strings.Contains(err.Error(), "in use by process") {
		t.Errorf("second user: err = %v; want it to name the first", err)
	}
	first.Close()
	second, err := Keep(t.Context(), dir)
	if err != nil {
		t.Fatalf("after the first is gone: %v", err)
	}
	second.Close()
}

func TestEachCloneKeepsItsOwnData(t *testing.T) {
	t.Parallel()
	dirs := make([]string, 0, 3)
	for _, clone := range []string{"/home/ada/pgcqrs", "/srv/pgcqrs", "/home/ada/pgcqrs"} {
		dir, err := KeptDir(clone)
		if err != nil {
			t.Fatal(err)
		}
		dirs = append(dirs, dir)
	}
	if dirs[0] == dirs[1] || dirs[0] != dirs[2] {
		t.Errorf("got %q; want the first and the third alike and the second not", dirs)
	}
	if slices.ContainsFunc(dirs, func(dir string) bool { return strings.HasPrefix(dir, "/root/") }) {
		t.Errorf("got %q; the server's account can't get under /root", dirs)
	}
}
