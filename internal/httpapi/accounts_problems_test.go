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

// TestMain fails if the contract lists a problem (an error answer of RFC 9457) that no test of this
// package has received. TestMain checks this only if all tests run. It ignores the problems that
// the engine's own tests receive.
func TestMain(m *testing.M) {
	status := m.Run()
	if status == 0 && all() {
		status = checkAnswered()
	}
	os.Exit(status)
}

// all reports whether this run includes all tests.
func all() bool {
	return !slices.ContainsFunc([]string{"run", "skip", "list", "fuzz", "bench"}, func(name string) bool { return flag.Lookup("test."+name).Value.String() != "" })
}

func checkAnswered() (status int) {
	answered := problemlist.Answered()
	for code := range answers().Problems() {
		if ofEngine(code) {
			continue // the tests of engine/edge receive this problem
		}
		if !slices.Contains(answered, code) {
			fmt.Fprintf(os.Stderr, "the contract lists the problem %q, which no test of internal/httpapi is answered\n", code)
			status = 1
		}
	}
	return status
}

// ofEngine reports whether the OpenAPI contract of the engine's tests also lists the problem with
// this code.
func ofEngine(code string) bool {
	_, ok := edgetest.Answers().Problems()[code]
	return ok
}
