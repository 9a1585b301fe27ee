// Command dev starts the whole service on a developer's machine, or runs the tests, with
// nothing set up before. What does so is tools/dev, which takes minutes to compile the first
// time: this program has it built, shows how far that is, and becomes it. It must never import
// more than the standard library and what builds on that alone, to be there within seconds.
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
		Name: "dev", Service: naming.Service, Says: "building what starts everything: 1 to 2 minutes the first time, seconds later",
	}.Run(os.Args[1:]))
}
