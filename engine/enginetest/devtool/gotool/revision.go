package gotool

import (
	"context"
	"os/exec"
	"strings"
	"time"
)

// gitTimeout bounds the look for changed files, which is for -version alone.
const gitTimeout = 5 * time.Second

// Revision returns the revision of a clone, with +dirty if files were changed, "" if git does
// not say. The go command would fail then: on a clone of another owner, for one.
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

// git locks nothing: somebody may be at work in the clone.
func git(ctx context.Context, root string, args ...string) (string, error) {
	command := exec.CommandContext(ctx, "git", append([]string{"--no-optional-locks", "-C", root}, args...)...)
	command.WaitDelay = time.Second
	output, err := command.Output()
	return strings.TrimSpace(string(output)), err
}
