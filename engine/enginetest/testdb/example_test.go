package testdb_test

import (
	"os"
	"slices"
	"testing"

	"example.com/pgcqrs/engine/enginetest/testdb"
)

// End runs all cleanup functions in the same order as a test does, even if one of these functions
// fails. In this case, End panics after all cleanup functions have run.
func TestAnExampleEndsAsATestDoes(t *testing.T) {
	t.Parallel()
	e := testdb.NewExample("of nothing")
	folder := e.TempDir()
	var order []string
	e.Cleanup(func() { order = append(order, "first") })
	e.Cleanup(func() { e.Errorf("fails") })
	e.Cleanup(func() { order = append(order, "last") })
	heard := func() (heard any) {
		defer func() { heard = recover() }()
		e.End()
		return nil
	}()
	if heard != "example of nothing: fails" {
		t.Errorf("a failure panics with %v", heard)
	}
	if !slices.Equal(order, []string{"last", "first"}) {
		t.Errorf("cleaned up in the order %v", order)
	}
	if _, err := os.Stat(folder); !os.IsNotExist(err) {
		t.Errorf("the folder is still there: %v", err)
	}
}
