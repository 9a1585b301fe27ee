// Package tank is the domain that the engine is tried on: tanks of water.
//
// Events, a decider and two read models belong here: tank.go decides; model.go is how a projector
// takes a read model, levels.go applies runs of events and readings.go event by event, database.go
// makes their tables; program.go is what programs of tanks begin with. Personal data does not: that
// is engine/enginetest/guest. It is for tests and examples alone, and must know nothing of the
// sample, so that the engine's tests stay when the sample goes.
package tank
