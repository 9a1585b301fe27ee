// Package problemlist lists the problems that a contract names, and remembers those that the tests
// of this process have been answered.
//
// The response ProblemAnswer of a document belongs here, with its x-problems, x-always and
// x-sometimes. Other answers do not: those are engine/enginetest/contracttest. In reading order:
// list.go says which problems an operation may answer, answered.go holds an answer to that.
//
// Tests may use it from many goroutines. It must never be imported but by them.
package problemlist
