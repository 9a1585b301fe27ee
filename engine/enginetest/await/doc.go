// Package await lets a test wait for an event or a condition, without a sleep of a fixed duration.
//
// Code that waits for a condition or a signal, or that runs a function until the test ends, belongs
// in await.go. Every wait must have a time limit after which the test fails, so that package await
// never lets a test hang. Code that waits for the position of a projection belongs in
// engine/enginetest/rig.
package await
