package launch

import (
	"context"
	"fmt"
	"hash/fnv"
	"os"
	"path/filepath"

	"example.com/pgcqrs/engine/enginetest/devtool/gotool"
)

// serviceVariable passes the service's name to the program.
const serviceVariable = "LAUNCHED_FOR_SERVICE"

// Service returns the name of the service that the launcher of this program has passed, or "" if no
// launcher has started it.
func Service() string { return os.Getenv(serviceVariable) }

// Environment returns the variable that passes a service's name to a program of tools/, for code
// that starts one without its launcher.
func Environment(service string) string { return serviceVariable + "=" + service }

// Program is a program of the folder tools/.
type Program struct {
	Name    string // of its folder; its output lines begin with it
	Service string // that it is started for
	Says    string // printed as soon as something has to be compiled
}

// Run builds the program, shows the progress, and becomes the program. It returns only if that
// fails: the exit code for this process, after it has printed the reason.
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

// build returns the path of the current program. It prints nothing if nothing has to be compiled.
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

// home returns the folder that keeps the program, so that go links it only if something has
// changed: a folder in the clone, or, if that is not writable, in the user's cache. Without either
// it is a new temporary folder, which is not removed. scratch is an empty folder in it.
func (p Program) home(root string) (dir, scratch string, err error) {
	places := []string{filepath.Join(root, ".dev")}
	if cache, err := os.UserCacheDir(); err == nil {
		hash := fnv.New64a() // a cryptographic one takes seconds to compile
		_, _ = hash.Write([]byte(root))
		places = append(places, filepath.Join(cache, fmt.Sprintf("%s-%s-%x", p.Service, p.Name, hash.Sum64())))
	}
	for _, dir := range places {
		_ = os.MkdirAll(dir, 0o750) // a failure here shows below
		if scratch, err := os.MkdirTemp(dir, "building-"); err == nil {
			return dir, scratch, nil
		}
	}
	if dir, err = os.MkdirTemp("", p.Service+"-"+p.Name+"-"); err == nil {
		scratch, err = os.MkdirTemp(dir, "building-")
	}
	return dir, scratch, err
}
