//go:build linux

package build

import "testing"

// The service's source files contain every text that the campaign replaces.
func TestTheSourcesHaveWhatIsReplaced(t *testing.T) {
	t.Chdir("../../../..")
	if _, err := Overlay(t.TempDir()); err != nil {
		t.Error(err)
	}
}
