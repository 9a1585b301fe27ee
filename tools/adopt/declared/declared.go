// Package declared finds the names that a Go package uses: the names that its files declare, and
// the names of the packages that its files import.
package declared

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

// Names maps each name that a package uses to a file of the package. The file declares the name, or
// imports a package under the name.
type Names struct {
	Declared map[string]string
	Imported map[string]string
}

// Meets returns an error if a file can't become part of a package, because the file declares or
// imports a name that another file of the package already uses.
func (d Names) Meets(there Names) error {
	for _, name := range slices.Sorted(maps.Keys(d.Declared)) {
		if file, taken := there.Declared[name]; taken {
			return fmt.Errorf("declare %s, which %s declares already", name, file)
		}
		if file, taken := there.Imported[name]; taken {
			return fmt.Errorf("declare %s, but %s imports a package of that name", name, file)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(d.Imported)) {
		if file, taken := there.Declared[name]; taken {
			return fmt.Errorf("import a package %s, but %s declares that name", name, file)
		}
	}
	return nil
}

// In returns the names that the files of a folder declare and import. If the folder is missing, In
// returns no names.
func In(dir, folder string) (Names, error) {
	all := Names{map[string]string{}, map[string]string{}}
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
		found, err := Of(file, string(text))
		if err != nil {
			return all, err
		}
		for name := range found.Declared {
			all.Declared[name] = file
		}
		for name := range found.Imported {
			all.Imported[name] = file
		}
	}
	return all, nil
}

// Of returns the names that a file declares and imports. A method's name is preceded by the name of
// its receiver's type. Of fails if the file imports two packages under one name.
func Of(file, text string) (Names, error) {
	found := Names{map[string]string{}, map[string]string{}}
	parsed, err := parser.ParseFile(token.NewFileSet(), file, text, parser.SkipObjectResolution)
	if err != nil {
		return found, fmt.Errorf("look for names: %w", err)
	}
	if strings.HasSuffix(parsed.Name.Name, "_test") {
		return found, nil // an external test package, whose names can't clash
	}
	for _, spec := range parsed.Imports {
		imported, _ := strconv.Unquote(spec.Path.Value) // the parser has checked the path
		name := path.Base(imported)
		if spec.Name != nil {
			name = spec.Name.Name
		}
		if _, twice := found.Imported[name]; twice && name != "_" {
			return found, fmt.Errorf("%s would import two packages %s; choose another name", file, name)
		}
		found.Imported[name] = file
	}
	for _, declaration := range parsed.Decls {
		for _, name := range declaredBy(declaration) {
			found.Declared[name] = file
		}
	}
	for _, everybodys := range []string{"_", "init", "TestMain"} {
		delete(found.Declared, everybodys)
		delete(found.Imported, everybodys)
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
