package stack

import (
	"testing"

	"example.com/pgcqrs/engine/snapshots"
)

// A run without a SNAPSHOT_KEY generates a key, and the next run on the same data uses this key
// again. If the developer sets a key, dev uses the developer's key. The API and the projector both
// get the key.
func TestRunHasAKeyOfSnapshots(t *testing.T) {
	t.Setenv("SNAPSHOT_KEY", "")
	dir := t.TempDir()
	first, err := snapshotKey(dir)
	if err != nil {
		t.Fatal(err)
	}
	if key, err := snapshots.NewKey(first); key == nil || err != nil {
		t.Error(key, err)
	}
	if again, err := snapshotKey(dir); again != first || err != nil {
		t.Errorf("the next run has %q, %v, want %q", again, err, first)
	}
	if other, err := snapshotKey(t.TempDir()); other == first || err != nil {
		t.Errorf("other data have the key %q, %v", other, err)
	}
	s := &stack{snapshots: first, addresses: map[string]string{}}
	for _, program := range []string{"api", "projector"} {
		if got := s.settings(program, "127.0.0.1:0")["SNAPSHOT_KEY"]; got != first {
			t.Errorf("%s gets %q", program, got)
		}
	}
	t.Setenv("SNAPSHOT_KEY", "a secret of thirty-two bytes, or more")
	if given, err := snapshotKey(dir); given != "a secret of thirty-two bytes, or more" || err != nil {
		t.Errorf("the developer's is %q, %v", given, err)
	}
}
