package gotool

import (
	"context"
	"os/exec"
	"strings"
	"time"
)

// gitTimeout is the time limit for the search for changed files, which only -version needs.
const gitTimeout = 5 * time.Second

// Revision returns the revision of a clone, with +dirty if files were changed, or "" if git fails,
// for example for a clone of another owner. The go command itself would fail in that case.
func Revision(ctx context.Context, root string) string {
	ctx, cancel := context.WithTimeout(ctx, gitTimeout)
	defer cancel()
	head, err := git(ctx, root, "rev-parse", "--short=12", "HEAD")
	if err != nil {
		return ""
	}
	changed, err := git(ctx, root, "status", "--porcelain")
	switch {
	case err != nil:
		return ""
	case changed != "":
		return head + "+dirty"
	}
	return head
}

// git runs git without git's optional locks, which the developer may need at the same time.
func git(ctx context.Context, root string, args ...string) (string, error) {
	command := exec.CommandContext(ctx, "git", append([]string{"--no-optional-locks", "-C", root}, args...)...)
	command.WaitDelay = time.Second
	output, err := command.Output()
	return strings.TrimSpace(string(output)), err
}
