// Package operate runs subcommands of cmd/ops and cmd/migrate repeatedly until they succeed, as an
// operator does.
package operate
