// Package envtest checks a program's configuration against the rules of env.Load, such as that an
// empty variable means the same as a missing one, and docs/configuration.md against the configuration.
//
// Checks that the tests of every program share belong here, in envtest.go. A program's own values
// do not: each program's test passes its struct. Only tests may import it. The rules are in
// engine/process/env.
package envtest
