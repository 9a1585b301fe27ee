// Package await answers one question for tests: how does a test wait for something that will happen
// soon, without guessing how soon?
//
// Waiting for a condition or a signal, and running something until the test ends, belongs here, in
// await.go. A sleep does not. Every wait is bounded, and fails the test at its end: the package
// must never let a test hang. Waiting for a projection's position is engine/enginetest/rig.
package await
