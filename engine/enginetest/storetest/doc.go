// Package storetest checks every command.Store against the same rules: the log in PostgreSQL, and
// the fakes that replace the log in tests of commands alone.
//
// Put rules that every Store must keep in storetest.go, each in a subtest. Tests of rules that only
// PostgreSQL can keep belong in engine/test/eventlog. Package storetest must never require more
// than a log of one stream, which is all that a fake may be. The interface is in engine/command.
package storetest
