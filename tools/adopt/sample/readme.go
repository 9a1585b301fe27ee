package sample

import "regexp"

// blanks matches several consecutive empty lines, which remain where a part of a text was removed.
var blanks = regexp.MustCompile(`\n{3,}`)

// withoutBlanks replaces several consecutive empty lines with one.
func withoutBlanks(text string) string { return blanks.ReplaceAllString(text, "\n\n") }
