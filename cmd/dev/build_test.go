//go:build unix

package main

import (
	"bufio"
	"context"
	"io"
	"os"
	"strings"
	"testing"
)

// slow is a shell script that replaces the go command in a test. The script prints that it
// downloads something, and then never ends.
const slow = `#!/bin/sh
[ "$1" = build ] || exit 1
mkdir "$GOTMPDIR/go-build1"
echo "go: downloading example.com/server v1.2.3" >&2
exec sleep 600
`

func TestABuildThatTakesLongIsAnnouncedAtOnceAndCanBeStopped(t *testing.T) {
	t.Parallel()
	c := newClone(t, fake)
	c.write(t, "go", slow)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	command := c.command(ctx, t, "run")
	command.Env = append(command.Env, "PATH="+c.root+":"+os.Getenv("PATH"))
	out, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(out)
	first, err := lines.ReadString('\n')
	if !strings.HasPrefix(first, "dev | building the developer's tool: 1 to 2 minutes") || err != nil {
		t.Errorf("it says %q, %v", first, err)
	}
	if err := command.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	rest, _ := io.ReadAll(lines)
	_ = command.Wait()
	if code := command.ProcessState.ExitCode(); code != 130 || string(rest) != "dev | stopped before it was ready\n" {
		t.Errorf("after Ctrl-C: got exit code %d and %q, want 130", code, rest)
	}
	if kept := c.kept(t); kept != nil {
		t.Errorf("it leaves %v", kept)
	}
}
