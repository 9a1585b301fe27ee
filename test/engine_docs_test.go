package test

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// mostOfDoc is the limit on the number of comment lines in a doc.go. The comment of a package
// introduces its code, and must not be so long that it replaces the code.
const mostOfDoc = 40

var (
	clause         = regexp.MustCompile(`(?m)^package (\w+)$`)
	fileOfDoc      = regexp.MustCompile(`\b\w+\.(?:go|sql)\b`)
	folderOfDoc    = regexp.MustCompile(`\b(?:engine|internal|cmd|tools)/[a-z]+(?:/[a-z]+)*`)
	saysWhatItDoes = regexp.MustCompile(`(?s)\n.*(?:belong|Package |[Tt]he package )`) // must match the lines after the first line
	exampleName    = regexp.MustCompile(`\bExample(?:_[a-z]\w*|[A-Z]\w*)\b`)
	exampleFunc    = regexp.MustCompile(`(?m)^func (Example\w*)\(\) \{`)
)

// Each package of the engine must have a file doc.go with the only package comment of the package.
// The comment must say what the package does or what belongs in it, and must name a related
// package. All files and folders that it names must exist.
func TestEnginePackagesSayWhatBelongsInThem(t *testing.T) {
	t.Parallel()
	for _, folder := range enginePackages(t) {
		comment := docOf(t, folder)
		if !strings.HasPrefix(comment, "// Package "+path.Base(folder)+" ") || !saysWhatItDoes.MatchString(comment) {
			t.Errorf("%s/doc.go does not say what the package does, or what belongs in it:\n%s", folder, comment)
		}
		if lines := strings.Count(comment, "\n") - 1; lines >= mostOfDoc {
			t.Errorf("%s/doc.go has %d lines of comment, want less than %d", folder, lines, mostOfDoc)
		}
		for _, file := range fileOfDoc.FindAllString(comment, -1) {
			if !isThere(folder+"/"+file) && !strings.Contains(comment, file+" of engine/") {
				t.Errorf("%s/doc.go names %s, which is not there", folder, file)
			}
		}
		named := folderOfDoc.FindAllString(comment, -1)
		if len(named) == 0 {
			t.Errorf("%s/doc.go does not say what is next to the package", folder)
		}
		for _, neighbour := range named {
			if strings.HasPrefix(neighbour, "engine/") && !isThere(neighbour) {
				t.Errorf("%s/doc.go names %s, which is not there", folder, neighbour)
			}
		}
		for _, file := range sourcesIn(t, folder) {
			if path.Base(file) != "doc.go" && packageComment.MatchString(fileOf(t, file)) {
				t.Errorf("%s has a comment of the package: it belongs in doc.go", file)
			}
		}
	}
}

// The package comments of the engine must name every Example function of the engine. Every Example
// function that they name must exist.
func TestEnginePackagesNameTheirExamples(t *testing.T) {
	t.Parallel()
	var named []string
	for _, folder := range enginePackages(t) {
		named = append(named, exampleName.FindAllString(docOf(t, folder), -1)...)
	}
	written := engineExamples(t)
	for _, example := range written {
		if !slices.Contains(named, example) {
			t.Errorf("no doc.go of the engine names %s", example)
		}
	}
	if isThere("engine") {
		named = append(named, exampleName.FindAllString(fileOf(t, "docs/architecture.md"), -1)...)
	}
	for _, example := range named {
		if !slices.Contains(written, example) {
			t.Errorf("%s is named, and is not there", example)
		}
	}
}

// docOf returns the package comment in the doc.go of a folder, together with the line that follows
// it, such as "package event". If there is no doc.go, docOf returns "".
func docOf(t *testing.T, folder string) string {
	t.Helper()
	if !isThere(folder + "/doc.go") {
		return ""
	}
	return packageComment.FindString(fileOf(t, folder+"/doc.go"))
}

// enginePackages returns the folders of the engine's packages, without programs. If the engine is
// not a folder of this repository, it returns no folders.
func enginePackages(t *testing.T) (folders []string) {
	t.Helper()
	for _, file := range engineFiles(t) {
		folder := path.Dir(file)
		if strings.HasSuffix(file, "_test.go") || slices.Contains(folders, folder) {
			continue
		}
		if name := clause.FindStringSubmatch(fileOf(t, file)); name == nil || name[1] != "main" {
			folders = append(folders, folder)
		}
	}
	return folders
}

func engineExamples(t *testing.T) (names []string) {
	t.Helper()
	for _, file := range engineFiles(t) {
		for _, found := range exampleFunc.FindAllStringSubmatch(fileOf(t, file), -1) {
			names = append(names, found[1])
		}
	}
	return names
}

// engineFiles returns the paths of all Go files of the engine, from the root of the repository.
func engineFiles(t *testing.T) (files []string) {
	t.Helper()
	if !isThere("engine") {
		return nil
	}
	err := fs.WalkDir(os.DirFS(".."), "engine", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() && entry.Name() != "testdata" {
			return err
		}
		if entry.IsDir() {
			return fs.SkipDir
		}
		if filepath.Ext(name) == ".go" {
			files = append(files, name)
		}
		return nil
	})
	if err != nil || len(files) < 100 {
		t.Fatalf("%d files of the engine: %v", len(files), err)
	}
	return files
}
