package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// listed is the go command's description of a package.
type listed struct {
	Dir, ImportPath, Export string
	GoFiles                 []string
	DepOnly                 bool
}

// room is a package, with the arrows (dependencies) between its files.
type room struct {
	path   string
	lines  int
	files  []string
	arrows map[arrow][]string // by arrow: the names that the file uses

	borrowed []string // structs that embed another struct of this repository, with its name
}

type arrow struct{ from, to int }

// forTests reports whether only tests import the package.
func (r *room) forTests() bool {
	return slices.ContainsFunc(strings.Split(r.path, "/"), func(part string) bool { return strings.HasSuffix(part, "test") })
}

// load reads the packages that the patterns match in the folder of a module.
func load(dir string, patterns []string) ([]room, error) {
	list := exec.Command("go", append([]string{"list", "-deps", "-export", "-json=Dir,ImportPath,Export,GoFiles,DepOnly"}, patterns...)...)
	list.Dir, list.Stderr = dir, os.Stderr
	out, err := list.Output()
	if err != nil {
		return nil, fmt.Errorf("list packages of %s: %w", dir, err)
	}
	exports := make(map[string]string)
	var wanted []listed
	for decode := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listed
		if err := decode.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, fmt.Errorf("read the list of packages: %w", err)
		}
		exports[p.ImportPath] = p.Export
		if !p.DepOnly {
			wanted = append(wanted, p)
		}
	}
	files := token.NewFileSet()
	from := importer.ForCompiler(files, "gc", func(path string) (io.ReadCloser, error) { return os.Open(exports[path]) })
	var rooms []room
	for _, p := range wanted {
		r, err := read(files, from, p)
		if err != nil {
			return nil, err
		}
		rooms = append(rooms, r)
	}
	return rooms, nil
}

// read parses and type-checks a package.
func read(set *token.FileSet, from types.Importer, p listed) (room, error) {
	r := room{path: p.ImportPath, arrows: make(map[arrow][]string)}
	var parsed []*ast.File
	for _, name := range p.GoFiles {
		if strings.HasSuffix(name, ".gen.go") {
			continue
		}
		file, err := parser.ParseFile(set, filepath.Join(p.Dir, name), nil, parser.SkipObjectResolution)
		if err != nil {
			return room{}, fmt.Errorf("parse %s: %w", name, err)
		}
		r.files, parsed = append(r.files, name), append(parsed, file)
		r.lines += set.File(file.Pos()).LineCount()
	}
	info := &types.Info{Uses: make(map[*ast.Ident]types.Object), Selections: make(map[*ast.SelectorExpr]*types.Selection)}
	config := types.Config{Importer: from, Error: func(error) {}} // generated files are not read, so names may be undefined
	pkg, _ := config.Check(p.ImportPath, set, parsed, info)
	for used, object := range info.Uses {
		if object.Pkg() == pkg && !local(pkg, object) {
			r.note(set.Position(used.Pos()).Filename, set.Position(object.Pos()).Filename, object.Name())
		}
	}
	r.borrowed = borrowed(pkg)
	return r, nil
}

// borrowed returns the structs of a package that embed another struct of this repository. In a
// struct that embeds another struct, a reader does not see where a field is declared.
func borrowed(pkg *types.Package) (found []string) {
	for _, name := range pkg.Scope().Names() {
		declared, isType := pkg.Scope().Lookup(name).(*types.TypeName)
		if !isType {
			continue
		}
		fields, isStruct := declared.Type().Underlying().(*types.Struct)
		for i := 0; isStruct && i < fields.NumFields(); i++ {
			embedded := types.Unalias(fields.Field(i).Type())
			if pointer, is := embedded.(*types.Pointer); is {
				embedded = pointer.Elem()
			}
			named, is := types.Unalias(embedded).(*types.Named)
			if !fields.Field(i).Embedded() || !is || named.Obj().Pkg() == nil || !strings.Contains(named.Obj().Pkg().Path(), "pgcqrs") {
				continue
			}
			if _, embedsStruct := named.Underlying().(*types.Struct); embedsStruct {
				found = append(found, name+" embeds "+named.Obj().Name())
			}
		}
	}
	return found
}

// local reports whether an object is declared inside a function, so that no other file can use it.
func local(pkg *types.Package, object types.Object) bool {
	parent := object.Parent()
	return parent != nil && parent != pkg.Scope()
}

// note records that one file uses a name that another file declares.
func (r *room) note(from, to, name string) {
	a := arrow{slices.Index(r.files, filepath.Base(from)), slices.Index(r.files, filepath.Base(to))}
	if a.from != a.to && !slices.Contains(r.arrows[a], name) {
		r.arrows[a] = append(r.arrows[a], name)
		slices.Sort(r.arrows[a])
	}
}
