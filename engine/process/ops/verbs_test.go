package ops

import (
	"flag"
	"io"
	"slices"
	"strings"
	"testing"
)

// Every subcommand has the flag -json, and its help names the flag. Every group has more than one
// subcommand.
func TestEveryVerbHasJSON(t *testing.T) {
	t.Parallel()
	groups := make(map[string]int)
	for _, v := range verbs {
		flags := flag.NewFlagSet(v.name, flag.ContinueOnError)
		flags.SetOutput(io.Discard)
		v.setup(flags)
		if flags.Lookup("json") == nil || !strings.Contains(v.takes, "-json") {
			t.Errorf("ops %s %s has no -json", v.name, v.takes)
		}
		if group, _, several := strings.Cut(v.name, " "); several {
			groups[group]++
		}
		if found, rest, err := find(append(strings.Fields(v.name), "x")); err != nil || found.name != v.name || !slices.Equal(rest, []string{"x"}) {
			t.Errorf("ops %s x is %q with %q, %v", v.name, found.name, rest, err)
		}
	}
	for group, n := range groups {
		if n < 2 {
			t.Errorf("ops %s is a group of one", group)
		}
	}
	if _, _, err := find([]string{"projections"}); err == nil {
		t.Error("a group is taken for a verb")
	}
}
