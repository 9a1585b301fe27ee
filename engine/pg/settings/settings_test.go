package settings

import (
	"os"
	"strings"
	"testing"
)

// testdata/settings.txt lists the settings that are checked, in their order, and marks those that
// an operator may accept. A service compares its documentation with this list.
func TestSettingsAreListed(t *testing.T) {
	t.Parallel()
	listed, err := os.ReadFile("testdata/settings.txt")
	if err != nil {
		t.Fatal(err)
	}
	var want strings.Builder
	for _, one := range settings {
		want.WriteString(one.name + accepted(one.mayAccept) + "\n")
	}
	if string(listed) != want.String() {
		t.Errorf("testdata/settings.txt has\n%s\nand the code looks at\n%s", listed, want.String())
	}
}

func accepted(may bool) string {
	if may {
		return ", may be accepted"
	}
	return ""
}
