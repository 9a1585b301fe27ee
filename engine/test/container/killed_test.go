//go:build docker

// Package container_test checks that a container ends when the process that started it ends.
package container_test

import (
	"bufio"
	"fmt"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/moby/moby/client"
	"github.com/testcontainers/testcontainers-go"

	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/testdb/container"
)

// If a process is killed, it can't remove the container that it started. The container then stops
// by itself, and is removed.
func TestAContainerEndsWithItsProcess(t *testing.T) {
	t.Parallel()
	if err := container.Answers(t.Context()); err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(t.TempDir(), "container")
	if said, err := exec.Command("go", "build", "-o", program, "example.com/pgcqrs/engine/enginetest/testdb/container/serve").CombinedOutput(); err != nil {
		t.Fatalf("build serve: %v\n%s", err, said)
	}
	for name, serves := range map[string]bool{"while it starts": false, "when it serves": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			command := exec.Command(program)
			if _, err := command.StdinPipe(); err != nil { // the pipe keeps the input of the command open
				t.Fatal(err)
			}
			output, err := command.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := command.Start(); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = command.Wait() })
			t.Cleanup(func() { _ = command.Process.Kill() })
			if serves {
				if url, err := bufio.NewReader(output).ReadString('\n'); err != nil {
					t.Fatalf("it says %q: %v", url, err)
				}
			}
			await.True(t, "its container runs", func() bool { return containersOf(t, command.Process.Pid, false) == 1 })
			if err := command.Process.Kill(); err != nil {
				t.Fatal(err)
			}
			await.True(t, "the container is gone", func() bool { return containersOf(t, command.Process.Pid, true) == 0 })
		})
	}
}

// containersOf counts the running containers that a process has started. If all is true,
// containersOf also counts the stopped containers.
func containersOf(t *testing.T, process int, all bool) int {
	t.Helper()
	engine, err := testcontainers.NewDockerClientWithOpts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = engine.Close() }()
	found, err := engine.ContainerList(t.Context(), client.ContainerListOptions{
		All: all, Filters: make(client.Filters).Add("label", fmt.Sprintf("%s=%d", container.Process, process)),
	})
	if err != nil {
		t.Fatal(err)
	}
	return len(found.Items)
}
