package env

import (
	"fmt"
	"strings"
)

// Document replaces a part of a Markdown text with the Table of a configuration. This part is the
// text between <!-- config name --> and the next <!-- end -->. A test compares the result with the
// file, so that the docs match the configuration.
func Document(markdown, name string, config any) (string, error) {
	begin := fmt.Sprintf("<!-- config %s -->\n", name)
	before, rest, found := strings.Cut(markdown, begin)
	if !found {
		return "", fmt.Errorf("no line %q", strings.TrimSpace(begin))
	}
	_, after, found := strings.Cut(rest, "<!-- end -->")
	if !found {
		return "", fmt.Errorf("no <!-- end --> after %q", strings.TrimSpace(begin))
	}
	return before + begin + Table(config) + "<!-- end -->" + after, nil
}
