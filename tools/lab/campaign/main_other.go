//go:build !linux

// Command campaign needs Linux: it mounts a small disk, and the kernel ends its child processes
// when the command dies.
package main

import (
	"fmt"
	"os"
)

func main() {
	fmt.Fprintln(os.Stderr, "campaign: this needs Linux (on Windows: WSL 2)")
	os.Exit(1)
}
