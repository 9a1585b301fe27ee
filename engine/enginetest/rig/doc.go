// Package rig sets up the log and its followers for tests: a pool, a log, and a projector that
// never makes a test wait.
//
// Everything that the engine's tests set up again and again belongs here. A domain does not: the
// package gets its events from the test; engine/enginetest/tank is a domain. In reading order:
// rig.go connects and runs, long.go fills long logs quickly, rebuild.go and spoilt.go check rules
// that every rebuild must keep.
//
// Everything that it starts ends with the test. Only tests may import it. The databases are
// engine/enginetest/testdb.
package rig
