//go:build !linux

// Command attacks needs Linux: it binds the attacker to one processor, and to addresses of its own.
package main

import (
	"fmt"
	"os"
)

func main() {
	fmt.Fprintln(os.Stderr, "attacks: this needs Linux (on Windows: WSL 2)")
	os.Exit(1)
}
