package contracttest

import (
	"github.com/getkin/kin-openapi/openapi3"

	"example.com/pgcqrs/engine/enginetest/contracttest/problemlist"
)

// Contract is an OpenAPI document with which answers are compared.
type Contract struct {
	Document *openapi3.T
	problems *problemlist.List
}

// Read returns the Contract of an OpenAPI document, which is given as YAML or JSON.
func Read(text []byte) (*Contract, error) {
	document, err := openapi3.NewLoader().LoadFromData(text)
	if err != nil {
		return nil, err
	}
	listed, err := problemlist.Read(document)
	if err != nil {
		return nil, err
	}
	return &Contract{document, listed}, nil
}

// Must returns the Contract of a document that is embedded in the program. Must panics if the
// document is invalid.
func Must(text []byte) *Contract {
	c, err := Read(text)
	if err != nil {
		panic(err)
	}
	return c
}

// Problems returns all problems that the contract lists, by their codes. A problem is an error
// answer (RFC 9457).
func (c *Contract) Problems() map[string]problemlist.Problem { return c.problems.All() }

// Codes returns the problem codes with which an operation may answer, and the HTTP status of each
// code.
func (c *Contract) Codes(item *openapi3.PathItem, operation *openapi3.Operation) map[string]int {
	return c.problems.Of(item, operation)
}
