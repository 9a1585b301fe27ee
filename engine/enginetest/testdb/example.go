package testdb

import (
	"context"
	"fmt"
	"os"
	"testing"
)

// Example implements testing.TB for Example functions, which get no testing.TB from package
// testing. With an Example, an Example function can use a database and all packages of enginetest.
// A failure panics, because an Example function has no other way to fail.
type Example struct {
	testing.TB // nil; embedded because the interface has a private method
	name       string
	cleanups   []func()
}

// NewExample returns an Example with a name, which is the application_name of its database
// sessions.
func NewExample(name string) *Example { return &Example{name: name} }

// End runs the cleanup functions in the reverse order of their registration. An Example function
// must defer the call of End.
func (e *Example) End() {
	for _, cleanup := range e.cleanups {
		defer cleanup() // each cleanup runs, even if another one panics
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

// Errorf implements testing.TB. Unlike the Errorf of a test, it panics.
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
