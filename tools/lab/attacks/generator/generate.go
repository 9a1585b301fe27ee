//go:build linux

package generator

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"

	"example.com/pgcqrs/tools/lab/attacks/traffic"
)

// Argument is the command-line argument that makes this program the attacker.
const Argument = "generate"

// Generates reports whether this program was started as the attacker.
func Generates() bool { return len(os.Args) == 2 && os.Args[1] == Argument }

// Generate reads the job, runs the function send, and prints the results. The function send attacks
// until the input of the process ends. Generate returns the exit code of the process.
func Generate(ctx context.Context, send func(ctx context.Context, g *Generator)) int {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	input := json.NewDecoder(os.Stdin)
	g := &Generator{sent: traffic.Tally{}}
	if err := input.Decode(&g.Job); err != nil {
		fmt.Fprintln(os.Stderr, "attacks: read the job:", err)
		return 1
	}
	ended := make(chan struct{})
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin) // the parent process closes the input
		close(ended)
	}()
	go send(ctx, g)
	<-ended
	g.mu.Lock()
	sent := maps.Clone(g.sent)
	g.mu.Unlock()
	if running := g.running.Load(); running > 0 {
		sent["no answer yet"] = running
	}
	if err := json.NewEncoder(os.Stdout).Encode(sent); err != nil {
		return 1
	}
	return 0
}
