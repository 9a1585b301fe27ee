// Command adopt makes a copy of this template yours: go run ./cmd/adopt -h says how. What does so
// is tools/adopt: this program has it built, and becomes it. It must never import more than the
// standard library and what builds on that alone.
package main

import (
	"os"

	// Without engine/ the go command stops here, before anything can run. gonew makes such a copy, of one of the
	// modules of this repository: clone the repository instead.
	"example.com/pgcqrs/engine/enginetest/devtool/launch"

	"example.com/pgcqrs/internal/naming"
)

func main() {
	os.Exit(launch.Program{Name: "adopt", Service: naming.Service, Says: "building adopt: seconds"}.Run(os.Args[1:]))
}
