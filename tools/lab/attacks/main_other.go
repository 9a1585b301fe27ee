//go:build !linux

// Command attacks needs Linux, because it binds the attacker to one processor and to several local
// addresses.
package main

import (
	"fmt"
	"os"
)

func main() {
	fmt.Fprintln(os.Stderr, "attacks: this needs Linux (on Windows: WSL 2)")
	os.Exit(1)
}
