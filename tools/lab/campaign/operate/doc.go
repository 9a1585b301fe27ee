// Package operate runs the verbs of cmd/ops and cmd/migrate as an operator does, until they
// succeed.
package operate
