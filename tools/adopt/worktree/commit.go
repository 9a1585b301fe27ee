package worktree

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
)

// RefuseDirty returns an error if git could not undo a change of the files.
func RefuseDirty(ctx context.Context, dir string) error {
	if _, err := os.Stat(filepath.Join(dir, ".git")); err != nil {
		return nil // without git, the user may have made a backup copy
	}
	command := exec.CommandContext(ctx, "git", "status", "--porcelain")
	command.Dir = dir
	output, err := command.Output()
	if err != nil {
		return fmt.Errorf("git status: %w", err)
	}
	if len(bytes.TrimSpace(output)) > 0 {
		return errors.New("there are changes that are not committed: commit them first, so that you can undo this one")
	}
	return nil
}

// SayCommit prints the commands that commit the change, if the copy is in a git repository. Most
// commands of adopt refuse a tree with uncommitted changes.
func SayCommit(dir string, out io.Writer) {
	if _, err := os.Stat(filepath.Join(dir, ".git")); err == nil {
		fmt.Fprint(out, "Commit this before you continue (git add -A && git commit): -new-aggregate, -new-projection and -remove-sample refuse a tree with uncommitted changes.\n")
	}
}
