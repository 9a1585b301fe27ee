package sample

import "regexp"

// blanks matches the several empty lines that remain where a part was removed.
var blanks = regexp.MustCompile(`\n{3,}`)

// withoutBlanks replaces several consecutive empty lines with one.
func withoutBlanks(text string) string { return blanks.ReplaceAllString(text, "\n\n") }
