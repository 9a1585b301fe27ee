package contract

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/getkin/kin-openapi/openapi3"
)

// Contract is an OpenAPI document: it lists the operations of an API, and what each operation
// requires.
type Contract struct {
	Text       []byte // the document as it is served
	operations map[string]Operation
}

// Read parses an OpenAPI document, and returns an error if the document is not valid. Read is slow,
// so a service calls Read only once.
func Read(text []byte) (*Contract, error) {
	document, err := openapi3.NewLoader().LoadFromData(text)
	if err != nil {
		return nil, fmt.Errorf("load spec: %w", err)
	}
	if err := document.Validate(context.Background()); err != nil {
		return nil, fmt.Errorf("validate spec: %w", err)
	}
	c := &Contract{Text: text, operations: map[string]Operation{}}
	for path, item := range document.Paths.Map() {
		for method, op := range item.Operations() {
			c.operations[method+" "+path] = newOperation(item.Parameters, op)
		}
	}
	return c, nil
}

// Operation returns the operation of a route. The route is written as METHOD PATTERN, like GET
// /v1/tanks. If the contract does not have the operation, Operation returns the zero Operation and
// false.
func (c *Contract) Operation(route string) (Operation, bool) {
	op, ok := c.operations[route]
	return op, ok
}

// Routes returns the sorted routes of all operations, each written as METHOD PATTERN.
func (c *Contract) Routes() []string { return slices.Sorted(maps.Keys(c.operations)) }

func newOperation(shared openapi3.Parameters, op *openapi3.Operation) Operation {
	o := Operation{ID: op.OperationID, Scope: scopeOf(op.Security), Reads: slices.Contains(op.Tags, "queries"), query: map[string]bool{}}
	for _, ref := range slices.Concat(shared, op.Parameters) {
		p := ref.Value
		o.parameters = append(o.parameters, parameter{p.Name, p.In, p.Required, p.Schema.Value})
		if p.In == openapi3.ParameterInQuery {
			o.query[p.Name] = true
		}
	}
	if op.RequestBody != nil {
		o.body = op.RequestBody.Value.Content.Get("application/json").Schema.Value
	}
	return o
}

// scopeOf returns the only scope that an operation requires. If the operation requires no scope or
// several scopes, or accepts alternative security requirements, scopeOf returns "".
func scopeOf(security *openapi3.SecurityRequirements) string {
	if security == nil || len(*security) != 1 || len((*security)[0]) != 1 {
		return ""
	}
	if asked := (*security)[0]["oidc"]; len(asked) == 1 {
		return asked[0]
	}
	return ""
}
