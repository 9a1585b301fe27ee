// Package tank is the test domain of the engine: tanks of water.
//
// Events, a decider and two read models belong here: tank.go decides; model.go has the form of a
// read model for a projector, levels.go applies runs of events and readings.go applies event by
// event, database.go makes their tables; program.go has the beginning of programs that use tanks.
// Personal data does not: that is engine/enginetest/guest. It is only for tests and examples, and
// must know nothing of the sample, so that the engine's tests stay when the sample goes.
package tank
