// Package caller sends HTTP requests to an API over the network, as a client does, for the tests of
// whole programs. Package caller compares every answer with the OpenAPI contract.
//
// Code that sends requests or reads answers belongs in caller.go. Code that starts programs belongs
// in engine/enginetest/programs, and code that compares answers with a contract belongs in
// engine/enginetest/contracttest. Package caller must never name a route of one service.
package caller
