// Package storetest checks every command.Store against the same rules: the log in PostgreSQL, and
// the fakes that replace it where commands are tested alone.
//
// The rules that both must keep belong here, in storetest.go, each in a subtest. Rules that only
// PostgreSQL can keep do not: those are tested in engine/test/eventlog. It must never require more
// than a log of one stream, which is all that a fake may be. The interface is in engine/command.
package storetest
