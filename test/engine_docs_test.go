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

// mostOfDoc is the number of lines that the comment of a package must stay below. The comment
// introduces the code, and does not replace it.
const mostOfDoc = 40

var (
	clause         = regexp.MustCompile(`(?m)^package (\w+)$`)
	fileOfDoc      = regexp.MustCompile(`\b\w+\.(?:go|sql)\b`)
	folderOfDoc    = regexp.MustCompile(`\b(?:engine|internal|cmd|tools)/[a-z]+(?:/[a-z]+)*`)
	saysWhatItDoes = regexp.MustCompile(`(?s)\n.*(?:belong|Package |[Tt]he package )`) // below its first line
	exampleName    = regexp.MustCompile(`\bExample(?:_[a-z]\w*|[A-Z]\w*)\b`)
	exampleFunc    = regexp.MustCompile(`(?m)^func (Example\w*)\(\) \{`)
)

// The doc.go of each package of the engine, and no other file of the package, says what the package
// does, or what belongs in it, and names a related package. The doc.go names only files and folders
// that exist.
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

// The comments of packages name each example, and every named example exists.
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

// docOf returns the comment and the package clause of a folder's doc.go, or "".
func docOf(t *testing.T, folder string) string {
	t.Helper()
	if !isThere(folder + "/doc.go") {
		return ""
	}
	return packageComment.FindString(fileOf(t, folder+"/doc.go"))
}

// enginePackages returns the folders of the engine's packages, without programs. enginePackages
// returns none if the engine is not a folder of this repository.
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

// engineFiles returns the paths from the root of all Go files of the engine.
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
