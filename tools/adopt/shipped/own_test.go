package shipped

import (
	"strings"
	"testing"

	"example.com/pgcqrs/tools/adopt/worktree"
)

func TestOwnFilesStay(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, path := range []string{"internal/write/account/decide.go", "internal/write/account/myrule.go", "test/mine/mine_test.go", "test/http/accounts_test.go"} {
		if err := worktree.Write(dir, path, "package x\n"); err != nil {
			t.Fatal(err)
		}
	}
	for pattern, own := range map[string]string{"internal/write/account": "internal/write/account/myrule.go", "test/mine": "test/mine/mine_test.go", "test/http": ""} {
		err := RefuseOwn(dir, pattern)
		if own == "" && err != nil || own != "" && (err == nil || !strings.Contains(err.Error(), own+";")) {
			t.Errorf("%s: %v, want it to name %q", pattern, err, own)
		}
	}
}
