// Package api contains the HTTP contract. The API serves the contract, and tests compare the API's
// answers with it.
package api

import _ "embed"

// Spec is the content of openapi.yaml.
//
//go:embed openapi.yaml
var Spec []byte
