// Package rig is what the log and its followers are tried on: a pool, a log, and a projector that
// does not let a test wait.
//
// Everything that the engine's tests set up again and again belongs here. A domain does not: the
// package knows none, and is handed events; engine/enginetest/tank is one. In reading order:
// rig.go connects and runs, long.go fills long logs quickly, rebuild.go and spoilt.go check what
// every rebuild has to hold.
//
// All that it starts ends with the test. Only tests may import it. The databases are
// engine/enginetest/testdb.
package rig
