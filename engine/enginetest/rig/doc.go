// Package rig sets up the log and its followers for tests: a pool, a log, and a projector that
// polls so often that no test waits for it.
//
// Put what the engine's tests set up again and again in this package. The events come from the
// test: a domain for tests belongs in a package like engine/enginetest/tank. In reading order:
// rig.go connects and runs, long.go fills long logs quickly, rebuild.go and spoilt.go check rules
// that every rebuild must keep.
//
// Everything that package rig starts ends with the test. Only tests may import package rig. The
// databases are created by engine/enginetest/testdb.
package rig
