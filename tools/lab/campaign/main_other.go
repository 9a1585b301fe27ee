//go:build !linux

// Command campaign needs Linux, for two reasons: it mounts a small disk, and if it is killed, the
// kernel must end its child processes.
package main

import (
	"fmt"
	"os"
)

func main() {
	fmt.Fprintln(os.Stderr, "campaign: this needs Linux (on Windows: WSL 2)")
	os.Exit(1)
}
