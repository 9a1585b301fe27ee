package edge

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"testing"

	"example.com/pgcqrs/engine/edge/edgetest"
	"example.com/pgcqrs/engine/enginetest/contracttest/problemlist"
)

// TestMain fails if the contract lists an answer with problem details (RFC 9457) that no test of
// this package has received. TestMain checks this only if all tests run.
func TestMain(m *testing.M) {
	status := m.Run()
	if status == 0 && all() {
		answered := problemlist.Answered()
		for code := range edgetest.Answers().Problems() {
			if !slices.Contains(answered, code) {
				fmt.Fprintf(os.Stderr, "the contract lists the problem %q, which no test of engine/edge is answered\n", code)
				status = 1
			}
		}
	}
	os.Exit(status)
}

// all reports whether all tests run. This is so if no flag selects or skips tests.
func all() bool {
	return !slices.ContainsFunc([]string{"run", "skip", "list", "fuzz", "bench"}, func(name string) bool { return flag.Lookup("test."+name).Value.String() != "" })
}
