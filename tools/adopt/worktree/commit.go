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

// RefuseDirty fails if git could not take the change back.
func RefuseDirty(ctx context.Context, dir string) error {
	if _, err := os.Stat(filepath.Join(dir, ".git")); err != nil {
		return nil // there is no git, and a copy is a copy
	}
	command := exec.CommandContext(ctx, "git", "status", "--porcelain")
	command.Dir = dir
	output, err := command.Output()
	if err != nil {
		return fmt.Errorf("git status: %w", err)
	}
	if len(bytes.TrimSpace(output)) > 0 {
		return errors.New("there are changes that are not committed: commit them first, so that this one can be taken back")
	}
	return nil
}

// SayCommit says what has to be done before the next change, if git keeps the copy.
func SayCommit(dir string, out io.Writer) {
	if _, err := os.Stat(filepath.Join(dir, ".git")); err == nil {
		fmt.Fprint(out, "Commit it before you go on (git add -A && git commit): -new-aggregate, -new-projection and -remove-sample change nothing while there is something that is not committed.\n")
	}
}
