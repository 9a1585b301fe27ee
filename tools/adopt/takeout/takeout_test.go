package takeout

import (
	"strings"
	"testing"

	"example.com/pgcqrs/tools/adopt/worktree"
)

// At its end, adopt -remove-sample names the aggregates of the service. If the service has none,
// adopt explains how to add the first aggregate.
func TestWhatIsNextWithoutTheSample(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := worktree.Write(dir, "internal/write/write.go", "package write\n"); err != nil {
		t.Fatal(err)
	}
	if said := next(dir); !strings.HasPrefix(said, "Begin with go run ./cmd/adopt -new-aggregate") {
		t.Errorf("without any it says %s", said)
	}
	if err := worktree.Write(dir, "internal/write/invoice/invoice.go", "package invoice\n"); err != nil {
		t.Fatal(err)
	}
	if said := next(dir); !strings.HasPrefix(said, "Continue with your aggregates in internal/write/: invoice") {
		t.Errorf("with one it says %s", said)
	}
}
