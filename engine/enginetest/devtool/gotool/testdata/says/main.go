// Command says prints its version.
package main

import (
	"fmt"

	"example.com/pgcqrs/engine/process/cli"
)

func main() { fmt.Println(cli.Version("shop", "says")) }
