// Package opstest holds a program's configuration to the rules of ops.Load, such as that an empty
// variable means what an absent one does.
//
// Checks that the tests of every program share belong here: opstest.go tries each variable, readme.go
// holds README.md's table to them. A program's own values do not: each program's test hands in its
// struct. Only tests may import it. The rules are in engine/process.
package opstest
