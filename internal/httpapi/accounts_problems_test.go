package httpapi

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"testing"

	"example.com/pgcqrs/internal/httpapi/contracttest"
)

// TestMain fails unless the tests of this package, when all of them run, are answered every problem
// that the contract lists.
func TestMain(m *testing.M) {
	status := m.Run()
	if status == 0 && all() {
		status = checkAnswered()
	}
	os.Exit(status)
}

// all reports whether no test is left out.
func all() bool {
	return !slices.ContainsFunc([]string{"run", "skip", "list", "fuzz", "bench"}, func(name string) bool { return flag.Lookup("test."+name).Value.String() != "" })
}

func checkAnswered() (status int) {
	listed, err := contracttest.Problems()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	answered := contracttest.Answered()
	for code := range listed {
		if !slices.Contains(answered, code) {
			fmt.Fprintf(os.Stderr, "the contract lists the problem %q, which no test of internal/httpapi is answered\n", code)
			status = 1
		}
	}
	return status
}
