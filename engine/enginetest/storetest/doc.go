// Package storetest holds every command.Store to the same contract: the log in PostgreSQL, and
// what stands in for it where commands are tried alone.
//
// The rules that both keep belong here, in storetest.go, each in a subtest. Rules that only
// PostgreSQL can keep do not: those are tried in engine/test/eventlog. It must never ask for more than
// a log of one stream, which is what such a stand-in may be. The interface is in engine/command.
package storetest
