// Package problemlist reads the problem codes of an OpenAPI contract, and records which codes the
// tests of this process have received.
//
// Code for the response ProblemAnswer of a contract, and for its extensions x-problems, x-always
// and x-sometimes, belongs in this package. The check of other answers belongs in
// engine/enginetest/contracttest. In reading order: list.go reads the problems with which each
// operation may answer, and answered.go compares an answer with this list.
//
// Package problemlist is safe for concurrent use. Only tests may import package problemlist.
package problemlist
