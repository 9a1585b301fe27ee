// Command adopt turns a copy of this template into your service: go run ./cmd/adopt -h says how.
// The work is done by tools/adopt: this program builds it and hands over to it. This program must
// never import more than the standard library and packages that need nothing else.
package main

import (
	"os"

	// Without engine/ the go command stops here, before anything can run. gonew makes such a copy:
	// it copies one of the modules of this repository. Clone the repository instead.
	"example.com/pgcqrs/engine/enginetest/devtool/launch"

	"example.com/pgcqrs/internal/naming"
)

func main() {
	os.Exit(launch.Program{Name: "adopt", Service: naming.Service, Says: "building adopt: seconds"}.Run(os.Args[1:]))
}
