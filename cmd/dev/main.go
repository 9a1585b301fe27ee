// Command dev starts the whole service on a developer's machine, fills it with data, or runs the
// tests. Command dev needs no setup. Command dev builds the program tools/dev, which does the work,
// and then runs it. The first build takes minutes, and Command dev shows its progress. Command dev
// must import only the standard library, and packages that import only the standard library, so
// that it starts within seconds.
package main

import (
	"fmt"
	"os"

	"example.com/pgcqrs/engine/enginetest/devtool/arguments"
	"example.com/pgcqrs/engine/enginetest/devtool/launch"
	"example.com/pgcqrs/internal/naming"
)

func main() {
	line, err := arguments.Parse(naming.Service, os.Args[1:])
	switch {
	case err != nil: // neither a mistake nor help needs a build
		fmt.Fprint(os.Stderr, err)
		os.Exit(2)
	case line.Answer != "":
		fmt.Print(line.Answer)
		return
	}
	os.Exit(launch.Program{
		Name: "dev", Service: naming.Service, Says: "building the developer's tool: 1 to 2 minutes the first time, seconds later",
	}.Run(os.Args[1:]))
}
