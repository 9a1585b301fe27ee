package sample

import "regexp"

// blanks matches the empty lines that are left where a part was removed.
var blanks = regexp.MustCompile(`\n{3,}`)

// withoutBlanks returns a text with one empty line where there were several.
func withoutBlanks(text string) string { return blanks.ReplaceAllString(text, "\n\n") }
