package stack

import (
	"context"
	"path/filepath"
	"slices"
	"strings"

	"example.com/pgcqrs/engine/enginetest/devtool/gotool"
	"example.com/pgcqrs/tools/dev/console"
)

// programs returns the names of the programs that dev run builds: all programs except those that
// the developer starts.
func (s *stack) programs() []string {
	all := []string{"api", "projector", "migrate", "ops"}
	return slices.DeleteFunc(all, func(name string) bool { return slices.Contains(s.without, name) })
}

// build compiles the programs. If the compilation takes long, build prints its progress.
func (s *stack) build(ctx context.Context) error {
	console.Say("building %s: 1 to 3 minutes the first time, seconds later", strings.Join(s.programs(), ", "))
	var packages []string
	for _, name := range s.programs() {
		packages = append(packages, "./cmd/"+name)
	}
	root := gotool.Root()
	return gotool.Build{For: "dev", Root: root, Packages: packages, Output: filepath.Join(s.dir, "bin") + "/", Revision: gotool.Revision(ctx, root)}.Run(ctx)
}
