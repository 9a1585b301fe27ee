package main

import (
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
)

// staying returns the changes without those of files that go.
func (p plan) staying(keepLab bool) plan {
	return slices.DeleteFunc(slices.Clone(p), func(c change) bool { return isUnder(filepath.ToSlash(c.path), ofTemplate(keepLab)) })
}

// show says what will be done, folder by folder.
func (p plan) show(out io.Writer, n names, keepLab bool) {
	fmt.Fprintf(out, "module   %s → %s\nservice  %s → %s\n\n", oldModule, n.module, oldService, n.service)
	p.count(out, "  "+strings.Join(ofTemplate(keepLab), ", ")+" go, which are about the template\n")
}

// count says how many places there are in each folder, and what else happens.
func (p plan) count(out io.Writer, besides string) {
	files, places := make(map[string]int), make(map[string]int)
	total := 0
	for _, c := range p {
		folder, _, nested := strings.Cut(filepath.ToSlash(c.path), "/")
		if !nested {
			folder = "."
		}
		files[folder]++
		places[folder] += c.places
		total += c.places
	}
	folders := make([]string, 0, len(files))
	for folder := range files {
		folders = append(folders, folder)
	}
	slices.Sort(folders)
	for _, folder := range folders {
		fmt.Fprintf(out, "  %-12s %4d places in %3d files\n", folder, places[folder], files[folder])
	}
	fmt.Fprint(out, besides)
	fmt.Fprintf(out, "  %-12s %4d places in %3d files\n\n", "in all", total, len(p))
}
