// Command words finds habits that make English hard to understand. The command reads comments of Go
// and SQL, Markdown files and the API contract (openapi.yaml). It finds these habits:
//   - A sentence has no known subject ("Whoever reads …").
//   - A comment says what a function is, and not what it does ("Get is …").
//   - A phrase is not English, or has an uncommon meaning.
//   - A sentence has more than 30 words, or brackets within brackets.
//
// A text without these habits may still be hard to understand. The argument is the root of the
// repository. The command prints its findings, and exits with status 1 if there are findings.
package main

import (
	"fmt"
	"os"
)

func main() {
	if len(os.Args) != 2 || os.Args[1] == "-h" || os.Args[1] == "--help" {
		fmt.Fprintln(os.Stderr, "usage: words ROOT\n\nFinds sentences that have to be read twice, in the comments, pages and contract below the folder ROOT.")
		os.Exit(2)
	}
	found, err := find(os.DirFS(os.Args[1]))
	if err != nil {
		fmt.Fprintln(os.Stderr, "words:", err)
		os.Exit(1)
	}
	for _, habit := range found {
		fmt.Println(habit)
	}
	if len(found) > 0 {
		fmt.Fprintf(os.Stderr, "words: write these %d sentences again\n", len(found))
		os.Exit(1)
	}
}
