// Command words finds three habits that make English hard to read at first sight, in the comments
// of Go and SQL, in Markdown and in the contract: a sentence without a subject that the reader
// knows ("Whoever reads …"), a function's comment that says what it is and not what it does ("Get
// is …"), and some phrases that are not English. It is a net: a text without them may still have to
// be read twice. It takes the root of the repository, and fails if it finds one.
package main

import (
	"fmt"
	"os"
)

func main() {
	if len(os.Args) != 2 || os.Args[1] == "-h" || os.Args[1] == "--help" {
		fmt.Fprintln(os.Stderr, "usage: words ROOT\n\nfinds sentences that have to be read twice, in the comments, pages and contract below a folder")
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
