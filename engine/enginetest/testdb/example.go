package testdb

import (
	"context"
	"fmt"
	"os"
	"testing"
)

// Example replaces the testing.TB that an Example function does not get. With it an Example
// function can use a database, and everything else of enginetest. A failure panics, since nothing
// else fails an Example function.
type Example struct {
	testing.TB // nil; embedded because the interface has a private method
	name       string
	cleanups   []func()
}

// NewExample returns an Example with a name, which is in the application_name of its sessions.
func NewExample(name string) *Example { return &Example{name: name} }

// End runs the cleanups, the last one first. An Example function must defer it.
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

// Errorf implements testing.TB. Unlike the Errorf of a test it panics.
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
