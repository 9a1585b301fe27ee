// Command dev starts the whole service on a developer's machine, or runs the tests, with
// nothing set up before. What does so is tools/dev, which takes minutes to compile the first
// time: this program has it built, shows how far that is, and becomes it. It must never import
// more than the standard library and what builds on that alone, to be there within seconds.
package main

import (
	"context"
	"fmt"
	"os"

	"example.com/pgcqrs/tools/dev/arguments"
	"example.com/pgcqrs/tools/dev/gotool"
)

func main() {
	line, err := arguments.Parse(os.Args[1:])
	switch {
	case err != nil: // neither a mistake nor help needs a build
		fmt.Fprint(os.Stderr, err)
		os.Exit(2)
	case line.Answer != "":
		fmt.Print(line.Answer)
		return
	}
	ctx, stop := gotool.UntilStopped()
	program, err := build(ctx, gotool.Root())
	if ctx.Err() != nil {
		fmt.Println("dev | stopped before it was ready")
		os.Exit(gotool.Interrupted)
	}
	stop()
	if err == nil {
		err = become(program, os.Args[1:])
	}
	fmt.Fprintln(os.Stderr, "dev:", err)
	os.Exit(1)
}

// build returns the program, which is current. It says nothing if it was before.
func build(ctx context.Context, root string) (program string, err error) {
	dir, scratch, err := home(root)
	if err != nil {
		return "", fmt.Errorf("find a place for the program: %w", err)
	}
	defer func() { _ = os.RemoveAll(scratch) }() // a build that was stopped leaves much there
	program = executable(dir)
	return program, gotool.Build{
		Root: root, Packages: []string{"./tools/dev"}, Output: program, Scratch: scratch,
		Says: "building what starts everything: 1 to 2 minutes the first time, seconds later",
	}.Run(ctx)
}
