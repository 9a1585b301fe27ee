package database

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The table of the settings in the docs has a row for each that is looked at, in order, and
// says of the same ones that they may be accepted.
func TestDocsHaveTheSettings(t *testing.T) {
	t.Parallel()
	content, err := os.ReadFile("../../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, found := strings.Cut(string(content), "\n### Settings that guarantees rest on\n")
	if !found {
		t.Fatal("docs/operations.md has no section on the settings")
	}
	section, _, _ = strings.Cut(section, "\n### ")
	var have, want []string
	for _, row := range regexp.MustCompile("(?m)^\\| `([^`]+)` \\|.*$").FindAllStringSubmatch(section, -1) {
		have = append(have, row[1]+accepted(strings.Contains(row[0], "UNSAFE_DATABASE=accept")))
	}
	for _, one := range settings {
		want = append(want, one.name+accepted(one.mayAccept))
	}
	if !slices.Equal(have, want) {
		t.Errorf("the docs have\n%q\nand the code looks at\n%q", have, want)
	}
}

func accepted(may bool) string {
	if may {
		return ", may be accepted"
	}
	return ""
}
