//go:build linux

package build

import "testing"

// The campaign, a test program, replaces texts in the service's source files. This test checks that
// the source files contain these texts.
func TestTheSourcesHaveWhatIsReplaced(t *testing.T) {
	t.Chdir("../../../..")
	if _, err := Overlay(t.TempDir()); err != nil {
		t.Error(err)
	}
}
