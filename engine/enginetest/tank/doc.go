// Package tank is the main test domain of the engine: tanks of water.
//
// The events, the decider and the two read models of tanks belong in this package: tank.go has the
// events and the decider; model.go registers a read model with a projector; levels.go has a read
// model that applies several events in one call, and readings.go one that applies one event at a
// time; database.go creates their tables; program.go starts programs that use tanks. Events with
// personal data belong in engine/enginetest/guest. Package tank is only for tests and examples.
// Package tank must not depend on the sample service, so that the engine's tests still work when
// the sample is removed.
package tank
