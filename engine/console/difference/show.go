package difference

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"
	"unicode/utf8"
)

// mostShown limits the bytes of one shown value.
const mostShown = 16 << 10

// encrypted matches the JSON of a text that is encrypted with a person's key (event.Personal).
var encrypted = regexp.MustCompile(`"encrypted\.1\.[^"\\]*"`)

// Hide replaces each encrypted text in JSON.
func Hide(text string) string { return encrypted.ReplaceAllString(text, `"(personal)"`) }

// Show returns JSON with one field a line, and without encrypted texts. If the text is not JSON,
// Show returns it unchanged. Of a large value, Show returns only the beginning.
func Show(data []byte) string {
	var indented bytes.Buffer
	if err := json.Indent(&indented, data, "", "  "); err != nil {
		return cut(string(data), mostShown)
	}
	return cut(Hide(indented.String()), mostShown)
}

// cut returns a text whose end is left out if it has more than most bytes.
func cut(text string, most int) string {
	if len(text) <= most {
		return text
	}
	for most > 0 && !utf8.RuneStart(text[most]) {
		most--
	}
	return strings.TrimSpace(text[:most]) + " …"
}
