package story

import (
	"fmt"
	"strings"
)

// Fill replaces each {{NAME}} in a text by the value of NAME. Values may contain variables, too.
// Fill returns an error if a variable is unknown, or if a value contains itself.
func Fill(text string, value func(name string) (string, bool)) (string, error) {
	const most = 1000 // more replacements mean that a value contains itself
	for range most {
		before, rest, found := strings.Cut(text, "{{")
		if !found {
			return text, nil
		}
		name, after, ended := strings.Cut(rest, "}}")
		filled, known := value(strings.TrimSpace(name))
		if !ended || !known {
			return "", fmt.Errorf("there is no variable {{%s}}", name)
		}
		text = before + filled + after
	}
	return "", fmt.Errorf("a variable contains itself, in %.40q", text)
}
