package gotool

import (
	"context"
	"os/exec"
	"strings"
	"time"
)

// gitTimeout is the time limit for the search for changed files. Only the text of the flag -version
// needs this search.
const gitTimeout = 5 * time.Second

// Revision returns the git revision of a clone. If files were changed, Revision appends "+dirty".
// If git fails, for example because another user owns the clone, Revision returns "". Package
// gotool therefore builds with -buildvcs=false: if git fails, go build with -buildvcs=true fails,
// too.
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

// git runs a git command without the optional locks of git, because the developer may run another
// git command at the same time.
func git(ctx context.Context, root string, args ...string) (string, error) {
	command := exec.CommandContext(ctx, "git", append([]string{"--no-optional-locks", "-C", root}, args...)...)
	command.WaitDelay = time.Second
	output, err := command.Output()
	return strings.TrimSpace(string(output)), err
}
