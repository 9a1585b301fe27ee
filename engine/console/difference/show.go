package difference

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"
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
	return cut(Hide(listed.ReplaceAllStringFunc(indented.String(), oneLine)), mostShown)
}

// listed matches an indented list of numbers. A text in JSON has no line break, so listed matches no
// part of a text.
var listed = regexp.MustCompile(`\[\n\s*-?[\d.eE+-]+(,\n\s*-?[\d.eE+-]+)*\n\s*\]`)

// oneLine returns a list of numbers in one line. A list of 16 bytes is shown as the UUID that it most
// likely is.
func oneLine(list string) string {
	numbers := strings.Split(strings.Trim(strings.Join(strings.Fields(list), ""), "[]"), ",")
	var id uuid.UUID
	for i, text := range numbers {
		n, err := strconv.ParseUint(text, 10, 8)
		if err != nil || len(numbers) != len(id) {
			return "[" + strings.Join(numbers, ", ") + "]"
		}
		id[i] = byte(n)
	}
	return `"` + id.String() + `"`
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
