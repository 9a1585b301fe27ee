package lab

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"example.com/pgcqrs/engine/enginetest/devtool/gotool"
)

// buildBefore builds the API of the commit that Options.Before names.
func (l *Lab) buildBefore(ctx context.Context) error {
	source, archive := filepath.Join(l.Dir, "before"), filepath.Join(l.Dir, "before.tar")
	if err := os.Mkdir(source, 0o755); err != nil {
		return fmt.Errorf("make directory: %w", err)
	}
	for _, command := range [][]string{
		{"git", "-C", gotool.Root(), "archive", "-o", archive, l.Options.Before},
		{"tar", "-xf", archive, "-C", source},
		{"go", "build", "-C", source, "-o", l.before(), "./cmd/api"},
	} {
		if output, err := exec.CommandContext(ctx, command[0], command[1:]...).CombinedOutput(); err != nil {
			return fmt.Errorf("build the API of %s: %w: %s", l.Options.Before, err, output)
		}
	}
	return nil
}

// before returns the path of the API that buildBefore builds.
func (l *Lab) before() string { return filepath.Join(l.Dir, "api-before") }

// StartBefore starts the API of the commit that Options.Before names, on a database. StartBefore
// returns when the API is ready.
func (l *Lab) StartBefore(ctx context.Context, b Base, environment ...string) (*Child, error) {
	return l.launch(ctx, "before", exec.Command(l.before()), append(environment, "DATABASE_URL="+b.Service))
}
