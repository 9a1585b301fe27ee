// Package problemlist lists the problems that a contract names, and remembers which of them the
// tests of this process have received.
//
// The response ProblemAnswer of a document belongs here, with its x-problems, x-always and
// x-sometimes. Other answers do not: those are engine/enginetest/contracttest. In reading order:
// list.go says which problems an operation may answer, answered.go compares an answer with that.
//
// Tests may use it from many goroutines. Only tests may import it.
package problemlist
