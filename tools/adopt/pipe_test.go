package main

import (
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"example.com/pgcqrs/tools/adopt/worktree"
)

// A program that reads the output of adopt may end early, as the program head does. Even then,
// adopt changes all files, or restores every file. The page defines a shell function that runs
// instead of the go command, because the copy has no cmd/adopt.
func TestNothingIsHalfDoneWithoutAReader(t *testing.T) {
	t.Parallel()
	program := filepath.Join(t.TempDir(), "adopt.exe")
	if said, err := exec.CommandContext(t.Context(), "go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	reader, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = writer.Close() }()
	if err := reader.Close(); err != nil {
		t.Fatal(err)
	}

	dir := smallCopy(t)
	page := "```sh\ncat > one.txt <<'EOF'\n1\nEOF\ngo() { cat; }\ngo run ./cmd/adopt -edit <<'EOF'\n--- a/one.txt\n+++ b/one.txt\nEOF\n```\n"
	if err := worktree.Write(dir, "page.md", page); err != nil {
		t.Fatal(err)
	}
	before := contents(t, dir)
	command := exec.CommandContext(t.Context(), program, "-page", "page.md")
	command.Dir, command.Stdout = dir, writer
	if err := command.Run(); err == nil {
		t.Error("adopt does not notice that nobody reads its output")
	}
	if after := contents(t, dir); !maps.Equal(before, after) {
		t.Errorf("adopt leaves %q", after)
	}
}
