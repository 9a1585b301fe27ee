// Package api holds the HTTP contract, for the program that serves it and the
// tests that hold it to its word.
package api

import _ "embed"

// Spec is openapi.yaml.
//
//go:embed openapi.yaml
var Spec []byte
