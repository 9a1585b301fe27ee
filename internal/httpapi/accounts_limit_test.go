package httpapi

import (
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"example.com/pgcqrs/api"
	"example.com/pgcqrs/internal/write/account"
)

// TestTheContractKnowsTheLimitsOfMoney checks that the OpenAPI contract allows the same amounts of
// money as the domain.
func TestTheContractKnowsTheLimitsOfMoney(t *testing.T) {
	t.Parallel()
	document, err := openapi3.NewLoader().LoadFromData(api.Spec)
	if err != nil {
		t.Fatal(err)
	}
	schemas := document.Components.Schemas
	for name, test := range map[string]struct {
		schema *openapi3.Schema
		most   float64
	}{
		"a balance":                {schemas["Balance"].Value, account.MaxBalance},
		"a request's amount":       {schemas["Money"].Value.Properties["amount"].Value, account.MaxAmount},
		"a statement line's":       {schemas["StatementLine"].Value.Properties["balance"].Value, account.MaxBalance},
		"the amount of a line":     {schemas["StatementLine"].Value.Properties["amount"].Value, account.MaxBalance},
		"the balance in an answer": {schemas["Account"].Value.Properties["balance"].Value, account.MaxBalance},
	} {
		if test.schema.Max == nil || *test.schema.Max != test.most {
			t.Errorf("%s: the contract says %v, the domain %.0f", name, test.schema.Max, test.most)
		}
	}
}
