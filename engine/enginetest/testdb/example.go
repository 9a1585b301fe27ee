package testdb

import (
	"context"
	"fmt"
	"os"
	"testing"
)

// Example stands in for a test in an Example function, which is given none: with it an example
// gets a database, and all else of enginetest that takes a testing.TB. A failure panics, as
// nothing else fails an example.
type Example struct {
	testing.TB // for its private method, no other implementation of the interface is possible: it is nil
	name       string
	cleanups   []func()
}

// NewExample makes an Example of a name, by which the server knows its sessions.
func NewExample(name string) *Example { return &Example{name: name} }

// End runs the cleanups, the last one first. An example defers it.
func (e *Example) End() {
	for _, cleanup := range e.cleanups {
		defer cleanup() // each runs, whatever another one does
	}
}

// Cleanup implements testing.TB.
func (e *Example) Cleanup(f func()) { e.cleanups = append(e.cleanups, f) }

// Context implements testing.TB.
func (e *Example) Context() context.Context { return context.Background() }

// Helper implements testing.TB.
func (e *Example) Helper() {}

// Name implements testing.TB.
func (e *Example) Name() string { return e.name }

// Errorf implements testing.TB: it does not go on.
func (e *Example) Errorf(format string, args ...any) { e.Fatalf(format, args...) }

// Fatal implements testing.TB.
func (e *Example) Fatal(args ...any) { panic("example " + e.name + ": " + fmt.Sprint(args...)) }

// Fatalf implements testing.TB.
func (e *Example) Fatalf(format string, args ...any) { e.Fatal(fmt.Sprintf(format, args...)) }

// TempDir implements testing.TB.
func (e *Example) TempDir() string {
	folder, err := os.MkdirTemp("", "example")
	if err != nil {
		e.Fatal(err)
	}
	e.Cleanup(func() { _ = os.RemoveAll(folder) })
	return folder
}
