package httpapi

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"testing"

	"example.com/pgcqrs/engine/edge/edgetest"
	"example.com/pgcqrs/engine/enginetest/contracttest/problemlist"
)

// TestMain fails unless the tests of this package, when all of them run, are answered every problem
// that the contract lists, but for those of the engine, whose own tests are.
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
	answered := problemlist.Answered()
	for code := range answers().Problems() {
		if ofEngine(code) {
			continue // engine/edge holds that one by tests of its own
		}
		if !slices.Contains(answered, code) {
			fmt.Fprintf(os.Stderr, "the contract lists the problem %q, which no test of internal/httpapi is answered\n", code)
			status = 1
		}
	}
	return status
}

// ofEngine says whether the contract that the engine's tests serve lists a problem, too.
func ofEngine(code string) bool {
	_, ok := edgetest.Answers().Problems()[code]
	return ok
}
