package launch

import (
	"context"
	"fmt"
	"hash/fnv"
	"os"
	"path/filepath"

	"example.com/pgcqrs/engine/enginetest/devtool/gotool"
)

// serviceVariable is the environment variable by which a launcher passes the name of the service to
// the program that the launcher starts. A launcher is a command that calls Run.
const serviceVariable = "LAUNCHED_FOR_SERVICE"

// Service returns the name of the service that the launcher has passed to this program. If the
// program was started without a launcher, Service returns "".
func Service() string { return os.Getenv(serviceVariable) }

// Environment returns the environment variable that passes the name of a service to a program of
// tools/. It is meant for code that starts such a program without its launcher.
func Environment(service string) string { return serviceVariable + "=" + service }

// Program is a program of the folder tools/.
type Program struct {
	Name    string // name of its folder; its output lines begin with it
	Service string // name of the service for which it is started
	Says    string // text to print as soon as something has to be compiled
}

// Run builds the program, shows the progress of the build, and replaces this process by the
// program. If one of these steps fails, Run prints the reason and returns the exit code for this
// process. Otherwise Run does not return.
func (p Program) Run(args []string) (code int) {
	ctx, stop := gotool.UntilStopped()
	program, err := p.build(ctx, gotool.Root())
	if ctx.Err() != nil {
		fmt.Println(p.Name + " | stopped before it was ready")
		return gotool.Interrupted
	}
	stop()
	if err == nil {
		err = os.Setenv(serviceVariable, p.Service)
	}
	if err == nil {
		err = become(program, args)
	}
	fmt.Fprintln(os.Stderr, p.Name+":", err)
	return 1
}

// build builds the program if it is not up to date, and returns its path. If nothing has to be
// compiled, build prints nothing.
func (p Program) build(ctx context.Context, root string) (program string, err error) {
	dir, scratch, err := p.home(root)
	if err != nil {
		return "", fmt.Errorf("find a place for the program: %w", err)
	}
	defer func() { _ = os.RemoveAll(scratch) }() // a build that was stopped leaves large files there
	program = executable(dir, p.Name)
	return program, gotool.Build{
		For: p.Name, Root: filepath.Join(root, "tools"), Packages: []string{"./" + p.Name}, Output: program, Scratch: scratch, Says: p.Says,
	}.Run(ctx)
}

// home returns a permanent directory for the built program, so that a later run need not link the
// program again. The directory is in the clone or, if the clone is not writable, in the user's
// cache. If neither is writable, home returns a new temporary directory. The result scratch is a
// new empty directory in the returned directory, for the files of the build.
func (p Program) home(root string) (dir, scratch string, err error) {
	places := []string{filepath.Join(root, ".dev")}
	if cache, err := os.UserCacheDir(); err == nil {
		hash := fnv.New64a() // a cryptographic hash takes seconds to compile
		_, _ = hash.Write([]byte(root))
		places = append(places, filepath.Join(cache, fmt.Sprintf("%s-%s-%x", p.Service, p.Name, hash.Sum64())))
	}
	for _, dir := range places {
		_ = os.MkdirAll(dir, 0o750) // if MkdirAll fails, MkdirTemp fails, too
		if scratch, err := os.MkdirTemp(dir, "building-"); err == nil {
			return dir, scratch, nil
		}
	}
	if dir, err = os.MkdirTemp("", p.Service+"-"+p.Name+"-"); err == nil {
		scratch, err = os.MkdirTemp(dir, "building-")
	}
	return dir, scratch, err
}
