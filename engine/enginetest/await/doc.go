// Package await lets a test wait for something that will happen soon, without a fixed sleep.
//
// Put code that waits for a condition or a signal, or that runs something until the test ends, in
// await.go. Every wait has a time limit after which the test fails: package await must never let a
// test hang. The wait for a projection's position belongs in engine/enginetest/rig.
package await
