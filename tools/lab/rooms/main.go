package main

import (
	"cmp"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
)

func main() {
	flag.Usage = func() {
		fmt.Fprintln(flag.CommandLine.Output(), "usage: rooms [-dir MODULE] [PATTERN...]\n\nPrints the numbers of lines, files and arrows (uses of one file by another) of each package, and the arrows that point backwards.")
		flag.PrintDefaults()
	}
	dir := flag.String("dir", "engine", "folder of the module, relative to the current folder")
	flag.Parse()
	patterns := flag.Args()
	if len(patterns) == 0 {
		patterns = []string{"./..."}
	}
	if err := run(*dir, patterns); err != nil {
		fmt.Fprintln(os.Stderr, "rooms:", err)
		os.Exit(1)
	}
}

func run(dir string, patterns []string) error {
	rooms, err := load(dir, patterns)
	if err != nil {
		return err
	}
	var sizes []int
	fmt.Println("lines files arrows back  package")
	for _, r := range rooms {
		back := r.back()
		fmt.Printf("%5d %5d %6d %4d  %s\n", r.lines, len(r.files), len(r.arrows), len(back), r.path)
		for _, a := range back {
			fmt.Printf("%25s%s -> %s: %s\n", "", r.files[a.from], r.files[a.to], strings.Join(r.arrows[a], ", "))
		}
		for _, b := range r.borrowed {
			fmt.Printf("%25s%s\n", "", b)
		}
		if !r.forTests() && r.lines > 0 {
			sizes = append(sizes, r.lines)
		}
	}
	if len(sizes) > 0 {
		fmt.Printf("median of the %d packages that are not for tests: %d lines\n", len(sizes), median(sizes))
	}
	return nil
}

func median[T cmp.Ordered](values []T) T {
	slices.Sort(values)
	return values[len(values)/2]
}
