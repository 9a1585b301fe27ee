// Package modules lists the Go modules of this repository, with their packages and import paths.
package modules

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"example.com/pgcqrs/engine/enginetest/devtool/arguments"
)

// modules lists the folders of the modules. Each module needs a separate go test. The service's
// module is the first. If a folder is missing, it has no packages.
var modules = []string{".", "engine", "tools", "tools/lab"}

// Part holds packages of one module, which one run of go test tests.
type Part struct {
	Dir      string   // folder in which go test runs
	Packages []string // the arguments for go test
}

// Parts returns, for each module, the packages of the command line that belong to this module. The
// paths of the packages are relative to the folder from, which is in the clone. If the command line
// names no package, Parts returns the service's packages, or with the flag -all the packages of
// every module.
func Parts(root, from string, line arguments.Test) (all []Part) {
	meant := line.Packages()
	if len(meant) == 0 {
		if !line.All {
			return []Part{{root, packagesOf(root, ".")}}
		}
		from, meant = root, []string{"./..."}
	}
	byModule := make(map[string][]string)
	for _, name := range meant {
		folder, everything := strings.CutSuffix(name, "/...")
		home, at, local := locate(root, from, folder)
		if !local {
			byModule[home] = append(byModule[home], name) // an import path, which go test resolves in the module of the folder from
			continue
		}
		switch {
		case everything && at == home:
			byModule[home] = append(byModule[home], packagesOf(root, home)...)
		case everything:
			byModule[home] = append(byModule[home], relative(home, at)+"/...")
		default:
			byModule[home] = append(byModule[home], relative(home, at))
		}
		for _, within := range modules {
			if everything && within != home && beneath(at, within) {
				byModule[within] = append(byModule[within], packagesOf(root, within)...)
			}
		}
	}
	for _, module := range modules {
		if len(byModule[module]) > 0 {
			all = append(all, Part{filepath.Join(root, module), byModule[module]})
		}
	}
	return all
}

// locate returns the module of a folder, and the folder's path relative to the root of the clone.
// The result local is false if folder is not a relative path like ./test/http, or is outside the
// clone.
func locate(root, from, folder string) (module, at string, local bool) {
	local = folder == "." || strings.HasPrefix(folder, "./") || folder == ".." || strings.HasPrefix(folder, "../") || filepath.IsAbs(folder)
	path := from
	if local && filepath.IsAbs(folder) {
		path = folder
	} else if local {
		path = filepath.Join(from, folder)
	}
	at, err := filepath.Rel(root, path)
	at = filepath.ToSlash(at)
	local = local && err == nil && filepath.IsLocal(at)
	module = "."
	for _, candidate := range modules {
		if beneath(candidate, at) && len(candidate) >= len(module) {
			module = candidate
		}
	}
	return module, at, local
}

// beneath reports whether inner is the folder outer itself, or a folder inside outer.
func beneath(outer, inner string) bool {
	return outer == "." || inner == outer || strings.HasPrefix(inner, outer+"/")
}

// relative returns a folder's path relative to its module, in the form that go test accepts.
func relative(module, at string) string {
	if at == module {
		return "."
	}
	if module != "." {
		at = strings.TrimPrefix(at, module+"/")
	}
	return "./" + at
}

// packagesOf returns patterns for all packages of a module, without the packages of other modules
// inside its folder.
func packagesOf(root, module string) (patterns []string) {
	dir := filepath.Join(root, module)
	entries, _ := os.ReadDir(dir) // a missing folder has no entries
	for _, entry := range entries {
		within := filepath.ToSlash(filepath.Join(module, entry.Name()))
		if entry.IsDir() && !slices.Contains(modules, within) && !strings.HasPrefix(entry.Name(), ".") && entry.Name() != "vendor" && hasGo(filepath.Join(dir, entry.Name())) {
			patterns = append(patterns, "./"+entry.Name()+"/...")
		}
	}
	return patterns
}

// hasGo reports whether a folder or a folder inside it contains a Go file.
func hasGo(dir string) (found bool) {
	_ = filepath.WalkDir(dir, func(_ string, entry fs.DirEntry, err error) error { // an unreadable folder counts as empty
		if err == nil && strings.HasSuffix(entry.Name(), ".go") {
			found = true
			return fs.SkipAll
		}
		return err
	})
	return found
}
