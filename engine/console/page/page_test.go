package page_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"example.com/pgcqrs/engine/console/page"
)

// evil is text that becomes markup, a script or an attribute wherever it is not escaped.
const evil = `"'></pre></option><script>alert(1)</script><img src=x onerror=alert(1)>`

// Write escapes the values that every page shows.
func TestValuesAreEscaped(t *testing.T) {
	t.Parallel()
	answer := httptest.NewRecorder()
	err := page.Write(answer, http.StatusOK, "said", page.Frame{
		Title: evil, Service: evil, Operator: evil, Form: evil, Search: evil, Body: struct{ Text, More string }{evil, evil},
	})
	if text := answer.Body.String(); err != nil || strings.Contains(text, "<script>") || strings.Contains(text, "<img") || !strings.Contains(text, "&lt;script&gt;") {
		t.Errorf("%v\n%s", err, text)
	}
}

// No template has an inline script, style or handler: the content security policy forbids them, and
// the page would not work. No file loads anything of another host.
func TestFilesHaveNothingInline(t *testing.T) {
	t.Parallel()
	inline := regexp.MustCompile(`(?i)\sstyle=|<style|\son[a-z]+=|<script>|javascript:`)
	remote := regexp.MustCompile(`(?i)(src|href|action)="(https?:)?//|@import|url\(`)
	names, err := filepath.Glob("files/*")
	if err != nil || len(names) == 0 {
		t.Fatal(names, err)
	}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if found := inline.FindString(string(text)); found != "" && strings.HasSuffix(name, ".html") {
			t.Errorf("%s has %q", name, found)
		}
		if found := remote.FindString(string(text)); found != "" {
			t.Errorf("%s has %q", name, found)
		}
	}
}
