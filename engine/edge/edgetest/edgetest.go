package edgetest

import (
	_ "embed"
	"sync"

	"example.com/pgcqrs/engine/edge/contract"
	"example.com/pgcqrs/engine/enginetest/contracttest"
)

// Spec is the text of openapi.yaml.
//
//go:embed openapi.yaml
var Spec []byte

var read = sync.OnceValues(func() (*contract.Contract, error) { return contract.Read(Spec) })

// Contract returns the contract of Spec, which it reads once.
func Contract() *contract.Contract {
	c, err := read()
	if err != nil {
		panic(err) // it is compiled in
	}
	return c
}

// Answers returns the contract with which the answers of a test are compared.
var Answers = sync.OnceValue(func() *contracttest.Contract { return contracttest.Must(Spec) })
