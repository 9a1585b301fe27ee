//go:build !linux

// Command campaign needs Linux: it mounts a small disk, and the kernel ends the processes that it
// starts with it.
package main

import (
	"fmt"
	"os"
)

func main() {
	fmt.Fprintln(os.Stderr, "campaign: this needs Linux (on Windows: WSL 2)")
	os.Exit(1)
}
