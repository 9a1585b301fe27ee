// Package envtest checks that a program's configuration follows the rules of env.Load, for example
// that an empty variable means the same as a missing variable. It also compares
// docs/configuration.md with the configuration.
//
// Checks that the tests of every program use belong in envtest.go. Checks of a program's own values
// belong in the test of that program. Only tests may import package envtest. The rules of
// configuration are in engine/process/env.
package envtest
