// Package envtest checks a program's configuration against the rules of env.Load, such as that an
// empty variable means the same as a missing one, and compares docs/configuration.md with the
// configuration.
//
// Put checks that the tests of every program share in envtest.go. The values of a program belong in
// its own test, which passes its struct. Only tests may import package envtest. The rules of
// configuration are in engine/process/env.
package envtest
