package install

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"

	"example.com/pgcqrs/engine/enginetest/devdb/binaries"
)

// unpackPackages unpacks the server into the user's cache, together with the libraries that are not
// installed. Every step works with the rights of an ordinary user.
func unpackPackages(ctx context.Context) error {
	parent, err := binaries.UnpackedDir()
	if err != nil {
		return fmt.Errorf("find the user's cache: %w", err)
	}
	if err := os.MkdirAll(parent, 0o700); err != nil {
		return fmt.Errorf("make directory in the user's cache: %w", err)
	}
	work, err := os.MkdirTemp(parent, ".unpacking-")
	if err != nil {
		return fmt.Errorf("make directory in the user's cache: %w", err)
	}
	defer func() { _ = os.RemoveAll(work) }()

	packages, lists, err := missingPackages(ctx, work)
	if err != nil {
		return err
	}
	if _, err := apt(ctx, work, append(append(lists, "download"), packages...)...); err != nil {
		return err
	}
	files, _ := filepath.Glob(filepath.Join(work, "*.deb")) // the pattern is a constant and valid
	root := filepath.Join(work, "root")
	for _, file := range files {
		if output, err := exec.CommandContext(ctx, "dpkg", "-x", file, root).CombinedOutput(); err != nil {
			return fmt.Errorf("unpack %s: %w: %s", filepath.Base(file), err, binaries.LastLines(output, 3))
		}
	}
	err = os.Rename(root, filepath.Join(parent, packages[0]))
	if errors.Is(err, os.ErrExist) {
		return nil // another process has unpacked the packages at the same time
	}
	return err
}

var serverPackage = regexp.MustCompile(`^postgresql-\d+$`)

// missingPackages returns the packages that an installation of PostgreSQL would install. If the
// system has no package lists, missingPackages downloads them into the directory work, and also
// returns the options with which apt uses these lists.
func missingPackages(ctx context.Context, work string) (packages, lists []string, err error) {
	simulate := []string{"install", "--simulate", "--no-install-recommends", "postgresql"}
	plan, err := apt(ctx, work, simulate...)
	if err != nil {
		lists = []string{"-o", "Dir::State::lists=" + work + "/lists", "-o", "Dir::Cache=" + work + "/cache"}
		if err := os.MkdirAll(work+"/lists/partial", 0o700); err != nil {
			return nil, nil, fmt.Errorf("make directory for package lists: %w", err)
		}
		if _, err := apt(ctx, work, append(lists, "update")...); err != nil {
			return nil, nil, err
		}
		if plan, err = apt(ctx, work, append(lists, simulate...)...); err != nil {
			return nil, nil, err
		}
	}
	packages, err = wanted(plan)
	return packages, lists, err
}

// wanted returns the server package and then its libraries, from the output of a simulated
// installation. It leaves out the packages that manage clusters, and LLVM, which is large and
// needed only for JIT compilation.
func wanted(plan string) ([]string, error) {
	var server, libraries []string
	for line := range strings.Lines(plan) {
		fields := strings.Fields(line)
		if len(fields) < 2 || fields[0] != "Inst" {
			continue
		}
		switch name := fields[1]; {
		case serverPackage.MatchString(name):
			server = append(server, name)
		case strings.HasPrefix(name, "lib") && !strings.HasPrefix(name, "libllvm") && !strings.HasSuffix(name, "-perl"):
			libraries = append(libraries, name)
		}
	}
	if len(server) == 0 {
		return nil, errors.New("the system says that it has PostgreSQL installed, but its programs are not there")
	}
	return append(server, libraries...), nil
}
