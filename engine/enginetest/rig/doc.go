// Package rig sets up what many tests of the engine need: a connection pool, a log, and a projector
// that polls so often that no test waits for it.
//
// Code that the engine's tests would otherwise repeat belongs in this package. Test domains with
// events belong in packages such as engine/enginetest/tank. In reading order: rig.go connects to a
// database and runs commands and projections, long.go fills long logs quickly, rebuild.go checks
// rules that every rebuild must keep, and spoilt.go checks that a projection parks a damaged
// stream.
//
// Everything that package rig starts ends with the test. Only tests may import package rig. The
// databases are created by engine/enginetest/testdb.
package rig
