// Command adopt turns a copy of this template into your service: go run ./cmd/adopt -h explains
// how. Command adopt only builds tools/adopt, which does the work, and becomes that program.
// Command adopt must never import more than the standard library and packages that import only
// that.
package main

import (
	"os"

	// Without engine/ the go command fails at this import, before anything can run. The tool gonew
	// creates a copy without engine/, because it copies only one module of this repository. Clone
	// the repository instead.
	"example.com/pgcqrs/engine/enginetest/devtool/launch"

	"example.com/pgcqrs/internal/naming"
)

func main() {
	os.Exit(launch.Program{Name: "adopt", Service: naming.Service, Says: "building adopt: seconds"}.Run(os.Args[1:]))
}
