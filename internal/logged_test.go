package internal_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Some log lines contain data about the sender of a request. Only the packages in engine/edge may
// write such lines, and docs/security.md must list each of them. In a service that was made from
// this template, the engine may be newer than the documents. In this case the test does not check
// the engine's log lines.
func TestTheLogIsListed(t *testing.T) {
	t.Parallel()
	document, err := os.ReadFile("../docs/security.md")
	if err != nil {
		t.Fatal(err)
	}
	message := regexp.MustCompile(`[lL]ogger\.(?:Log|LogAttrs|\w+Context|Debug|Info|Warn|Error)\([^"]*"([^"]+)"`)
	asker := regexp.MustCompile(`[lL]ogger\.\w+\(.*"(subject|actor|token|email|body|query|path|headers?)"`)
	listed := 0
	for file := range importsByFile(t) {
		if !strings.HasPrefix(file, "engine/edge/") {
			continue
		}
		for _, found := range message.FindAllStringSubmatch(sourceOf(t, filepath.Join("..", file)), -1) {
			if listed++; !strings.Contains(string(document), "| `"+found[1]+"` |") && !ofLaterTemplate(file) {
				t.Errorf("%s logs %q, which docs/security.md does not list", file, found[1])
			}
		}
	}
	if listed < 5 && inTheTemplate() {
		t.Errorf("only %d messages were found", listed)
	}
	for file := range importsByFile(t) {
		if found := asker.FindString(sourceOf(t, filepath.Join("..", file))); found != "" && !strings.HasPrefix(file, "engine/edge/") && !ofLaterTemplate(file) {
			t.Errorf("%s logs what it has of a request: %s", file, found)
		}
	}
}

func sourceOf(t *testing.T, file string) string {
	t.Helper()
	if strings.HasSuffix(file, "_test.go") {
		return ""
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
