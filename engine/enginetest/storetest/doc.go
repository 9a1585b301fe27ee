// Package storetest checks that every implementation of command.Store follows the same rules. The
// implementations are the log in PostgreSQL, and the fakes that replace the log in tests of
// commands.
//
// The rules that every Store must keep belong in storetest.go, each rule in a subtest. Tests of
// rules that only PostgreSQL can keep belong in engine/test/eventlog. Package storetest must never
// need more than one stream in a Store, because a fake may support only one stream. The interface
// is in engine/command.
package storetest
