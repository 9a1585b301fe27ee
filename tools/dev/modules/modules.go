// Package modules knows the Go modules of this repository: which packages are whose, and what they are imported as.
package modules

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"example.com/pgcqrs/engine/enginetest/devtool/arguments"
)

// modules are the folders of this repository whose packages are tested by a go test of their
// own; a folder that is not there has none. The service is the first.
var modules = []string{".", "engine", "tools", "tools/lab"}

// Part is what is tested in one of the folders.
type Part struct {
	Dir      string   // where go test runs
	Packages []string // as it is told
}

// Parts divides what a command line means, given in a folder of the clone, among the modules.
// Without a package that is the service, or everything for -all.
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
			byModule[home] = append(byModule[home], name) // an import path, in the module that we are in
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

// locate returns the module that a folder is in, and the folder's path from the root of the
// clone. What is no path like ./test/http, or leads out of the clone, is not local.
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

// beneath says whether a folder is another one, or in it.
func beneath(outer, inner string) bool {
	return outer == "." || inner == outer || strings.HasPrefix(inner, outer+"/")
}

// relative is the path of a folder of a module as go test takes it.
func relative(module, at string) string {
	if at == module {
		return "."
	}
	if module != "." {
		at = strings.TrimPrefix(at, module+"/")
	}
	return "./" + at
}

// packagesOf returns patterns for all packages of a module, without those of modules within it.
func packagesOf(root, module string) (patterns []string) {
	dir := filepath.Join(root, module)
	entries, _ := os.ReadDir(dir) // one that is not there has none
	for _, entry := range entries {
		within := filepath.ToSlash(filepath.Join(module, entry.Name()))
		if entry.IsDir() && !slices.Contains(modules, within) && !strings.HasPrefix(entry.Name(), ".") && entry.Name() != "vendor" && hasGo(filepath.Join(dir, entry.Name())) {
			patterns = append(patterns, "./"+entry.Name()+"/...")
		}
	}
	return patterns
}

// hasGo says whether a folder holds Go files, at whatever depth.
func hasGo(dir string) (found bool) {
	_ = filepath.WalkDir(dir, func(_ string, entry fs.DirEntry, err error) error { // what can't be read has none
		if err == nil && strings.HasSuffix(entry.Name(), ".go") {
			found = true
			return fs.SkipAll
		}
		return err
	})
	return found
}
