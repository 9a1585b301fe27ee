package launch

import (
	"context"
	"fmt"
	"hash/fnv"
	"os"
	"path/filepath"

	"example.com/pgcqrs/engine/enginetest/devtool/gotool"
)

// serviceVariable hands the service's name to the program.
const serviceVariable = "LAUNCHED_FOR_SERVICE"

// Service returns the name of the service that the launcher of this program has handed over, or
// "" if no launcher has started it.
func Service() string { return os.Getenv(serviceVariable) }

// Environment returns the variable that hands a service's name to a program of tools/, for
// whoever starts one without its launcher.
func Environment(service string) string { return serviceVariable + "=" + service }

// Program is one of the folder tools/.
type Program struct {
	Name    string // its folder's, and what its lines begin with
	Service string // that it is for
	Says    string // as soon as it turns out that something has to be compiled
}

// Run builds the program, shows how far that is, and goes on as the program. It returns only if
// that fails: the exit code for this process, after it has said why.
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

// build returns the program, which is current. It says nothing if it was before.
func (p Program) build(ctx context.Context, root string) (program string, err error) {
	dir, scratch, err := p.home(root)
	if err != nil {
		return "", fmt.Errorf("find a place for the program: %w", err)
	}
	defer func() { _ = os.RemoveAll(scratch) }() // a build that was stopped leaves much there
	program = executable(dir, p.Name)
	return program, gotool.Build{
		For: p.Name, Root: filepath.Join(root, "tools"), Packages: []string{"./" + p.Name}, Output: program, Scratch: scratch, Says: p.Says,
	}.Run(ctx)
}

// home returns the folder that keeps the program, so that go links it only if something has
// changed: in the clone, or, where we may not write there, in the user's cache. Without either
// it is a new folder for temporary files, and stays there. scratch is an empty folder in it.
func (p Program) home(root string) (dir, scratch string, err error) {
	places := []string{filepath.Join(root, ".dev")}
	if cache, err := os.UserCacheDir(); err == nil {
		hash := fnv.New64a() // a cryptographic one takes seconds to compile
		_, _ = hash.Write([]byte(root))
		places = append(places, filepath.Join(cache, fmt.Sprintf("%s-%s-%x", p.Service, p.Name, hash.Sum64())))
	}
	for _, dir := range places {
		_ = os.MkdirAll(dir, 0o750) // what fails, fails below
		if scratch, err := os.MkdirTemp(dir, "building-"); err == nil {
			return dir, scratch, nil
		}
	}
	if dir, err = os.MkdirTemp("", p.Service+"-"+p.Name+"-"); err == nil {
		scratch, err = os.MkdirTemp(dir, "building-")
	}
	return dir, scratch, err
}
