// Package problemlist lists the problems that a contract names, and records which of them the tests
// of this process have received.
//
// Put code for the response ProblemAnswer of a document, with its x-problems, x-always and
// x-sometimes, in this package. The check of other answers belongs in
// engine/enginetest/contracttest. In reading order: list.go has the problems that each operation
// may answer, answered.go compares an answer with them.
//
// Package problemlist is safe for concurrent use. Only tests may import package problemlist.
package problemlist
