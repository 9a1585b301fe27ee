package main

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// declared are the names of a package, and what its files import, each by the file that has it.
type declared struct {
	names   map[string]string
	imports map[string]string
}

// refuseDeclared fails if a file that a page makes declares a name that its package has already, or
// imports a package under such a name: two aggregates share a package where requests become commands.
func refuseDeclared(dir, page string) error {
	for _, file := range created.FindAllStringSubmatch(page, -1) {
		if filepath.Ext(file[1]) != ".go" || strings.HasSuffix(file[1], "_test.go") {
			continue
		}
		made, err := namesOf(file[1], file[2])
		if err != nil {
			return err
		}
		there, err := declaredIn(dir, path.Dir(file[1]))
		if err != nil {
			return err
		}
		if err := made.meets(there); err != nil {
			return fmt.Errorf("%s would %w; name the thing in other words", file[1], err)
		}
	}
	return nil
}

// meets fails if a package that has others' names can't have the file's, too.
func (d declared) meets(there declared) error {
	for _, name := range slices.Sorted(maps.Keys(d.names)) {
		if file, taken := there.names[name]; taken {
			return fmt.Errorf("declare %s, and %s does", name, file)
		}
		if file, taken := there.imports[name]; taken {
			return fmt.Errorf("declare %s, and %s imports a package of that name", name, file)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(d.imports)) {
		if file, taken := there.names[name]; taken {
			return fmt.Errorf("import a package %s, and %s declares that name", name, file)
		}
	}
	return nil
}

// declaredIn returns what the files of a folder declare and import; nothing where it is not there.
func declaredIn(dir, folder string) (declared, error) {
	all := declared{map[string]string{}, map[string]string{}}
	entries, err := os.ReadDir(filepath.Join(dir, folder))
	if errors.Is(err, os.ErrNotExist) {
		return all, nil
	}
	if err != nil {
		return all, fmt.Errorf("look for names: %w", err)
	}
	for _, entry := range entries {
		if filepath.Ext(entry.Name()) != ".go" {
			continue
		}
		file := path.Join(folder, entry.Name())
		text, err := os.ReadFile(filepath.Join(dir, file)) //nolint:gosec // the folder is the user's
		if err != nil {
			return all, fmt.Errorf("look for names: %w", err)
		}
		found, err := namesOf(file, string(text))
		if err != nil {
			return all, err
		}
		for name := range found.names {
			all.names[name] = file
		}
		for name := range found.imports {
			all.imports[name] = file
		}
	}
	return all, nil
}

// namesOf reads a file's names: a method's has its receiver's type before it. Two packages that the file
// imports under one name are an error.
func namesOf(file, text string) (declared, error) {
	found := declared{map[string]string{}, map[string]string{}}
	parsed, err := parser.ParseFile(token.NewFileSet(), file, text, parser.SkipObjectResolution)
	if err != nil {
		return found, fmt.Errorf("look for names: %w", err)
	}
	if strings.HasSuffix(parsed.Name.Name, "_test") {
		return found, nil // a package of its own
	}
	for _, spec := range parsed.Imports {
		imported, _ := strconv.Unquote(spec.Path.Value) // it was parsed
		name := path.Base(imported)
		if spec.Name != nil {
			name = spec.Name.Name
		}
		if _, twice := found.imports[name]; twice && name != "_" {
			return found, fmt.Errorf("%s would import two packages %s; name the thing in other words", file, name)
		}
		found.imports[name] = file
	}
	for _, declaration := range parsed.Decls {
		for _, name := range declaredBy(declaration) {
			found.names[name] = file
		}
	}
	for _, everybodys := range []string{"_", "init", "TestMain"} {
		delete(found.names, everybodys)
		delete(found.imports, everybodys)
	}
	return found, nil
}

func declaredBy(declaration ast.Decl) (names []string) {
	switch d := declaration.(type) {
	case *ast.FuncDecl:
		if d.Recv != nil && len(d.Recv.List) == 1 {
			return []string{receiverOf(d.Recv.List[0].Type) + "." + d.Name.Name}
		}
		return []string{d.Name.Name}
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			switch s := spec.(type) {
			case *ast.TypeSpec:
				names = append(names, s.Name.Name)
			case *ast.ValueSpec:
				for _, name := range s.Names {
					names = append(names, name.Name)
				}
			}
		}
	}
	return slices.Compact(names)
}

// receiverOf returns the name of a receiver's type.
func receiverOf(of ast.Expr) string {
	switch t := of.(type) {
	case *ast.StarExpr:
		return receiverOf(t.X)
	case *ast.IndexExpr:
		return receiverOf(t.X)
	case *ast.IndexListExpr:
		return receiverOf(t.X)
	case *ast.Ident:
		return t.Name
	}
	return ""
}
