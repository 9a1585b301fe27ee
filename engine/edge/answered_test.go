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

// TestMain fails if all tests of this package run and their contract lists a problem that no
// test has got as an answer.
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

// all reports whether all tests run: no test is selected or skipped by a flag.
func all() bool {
	return !slices.ContainsFunc([]string{"run", "skip", "list", "fuzz", "bench"}, func(name string) bool { return flag.Lookup("test."+name).Value.String() != "" })
}
