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

// Contract returns the contract in Spec. Contract parses Spec only once.
func Contract() *contract.Contract {
	c, err := read()
	if err != nil {
		panic(err) // Spec is compiled into the program, so this can't fail
	}
	return c
}

// Answers returns the contract in the form that contracttest needs to compare answers with it.
var Answers = sync.OnceValue(func() *contracttest.Contract { return contracttest.Must(Spec) })
