// Command adopt turns a copy of this template into your service: go run ./cmd/adopt -h explains
// how. Command adopt builds and runs the program tools/adopt, which does the work. Command adopt
// must import only the standard library, and packages that import only the standard library.
package main

import (
	"os"

	// If the folder engine/ is missing, the go command fails at this import, before the program can
	// run. The tool gonew makes a copy without engine/, because gonew copies only one module of a
	// repository. Clone the repository instead.
	"example.com/pgcqrs/engine/enginetest/devtool/launch"

	"example.com/pgcqrs/internal/naming"
)

func main() {
	os.Exit(launch.Program{Name: "adopt", Service: naming.Service, Says: "building adopt: seconds"}.Run(os.Args[1:]))
}
