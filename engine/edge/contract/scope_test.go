package contract

import (
	"slices"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"example.com/pgcqrs/engine/auth"
)

// Package contract knows the scope of an operation only if the operation requires exactly one
// scope, of exactly one security scheme.
func TestASecurityThatIsNoRule(t *testing.T) {
	t.Parallel()
	scopes := []string{auth.ReadAccounts, auth.WriteAccounts, auth.Operate}
	for what, asked := range map[string]openapi3.SecurityRequirements{
		"none":       {},
		"an empty":   {{}},
		"one or not": {{"oidc": {auth.Operate}}, {}},
		"no scope":   {{"oidc": {}}},
		"two scopes": {{"oidc": {auth.Operate, auth.ReadAccounts}}},
		"another":    {{"oidc": {"accounts:all"}}},
		"a scheme":   {{"basic": {auth.Operate}}},
		"with more":  {{"oidc": {auth.Operate}, "basic": {}}},
	} {
		op := newOperation(nil, &openapi3.Operation{Security: &asked})
		if slices.Contains(scopes, op.Scope) {
			t.Errorf("security of %s is taken for the scope %s", what, op.Scope)
		}
	}
	if op := newOperation(nil, &openapi3.Operation{Security: &openapi3.SecurityRequirements{{"oidc": {auth.Operate}}}}); op.Scope != auth.Operate {
		t.Errorf("the scope is %q", op.Scope)
	}
}
