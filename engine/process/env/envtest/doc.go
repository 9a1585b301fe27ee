// Package envtest holds a program's configuration to the rules of env.Load, such as that an empty
// variable means what an absent one does, and docs/configuration.md to the configuration.
//
// Checks that the tests of every program share belong here, in envtest.go. A program's own values
// do not: each program's test hands in its struct. Only tests may import it. The rules are in
// engine/process/env.
package envtest
