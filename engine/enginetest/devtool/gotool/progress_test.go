package gotool

import (
	"strings"
	"testing"
	"time"
)

func TestProgressIsShownOfABuildThatTakesLong(t *testing.T) {
	t.Parallel()
	var out, errs strings.Builder
	p := &progress{name: "dev", out: &out, err: &errs, first: "building dev"}
	says := func(text string) {
		t.Helper()
		if _, err := p.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	says("go: warning\n")
	if out.String() != "" {
		t.Errorf("before anything is compiled it says %q", out.String())
	}
	says("go: downloading example.com/a v1.0.0\ngo: downloading example.com/b v1.0.0\n")
	for second := range 20 {
		p.show(time.Duration(second) * time.Second)
	}
	says("runtime\nexample.com/a/v2\nexample.com/mo")
	says("d/x-y\n# example.com/mod\nmain.go:1:2: undefined: x\nno end of line")
	p.expect(453)
	p.show(31 * time.Second)
	p.finish()
	const want = "dev | building dev\ndev | building, 15s: 2 modules downloaded\ndev | building, 31s: 3 of at most 453 packages compiled\n"
	if out.String() != want {
		t.Errorf("got %q, want %q", out.String(), want)
	}
	if got := errs.String(); got != "go: warning\n# example.com/mod\nmain.go:1:2: undefined: x\nno end of line" {
		t.Errorf("errors: got %q", got)
	}
}

func TestProgressIsOneLineOnATerminal(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	p := &progress{name: "dev", out: &out, err: &out, terminal: true}
	for second := range 4 {
		p.show(time.Duration(second) * time.Second)
	}
	p.finish()
	const erased = "\r\x1b[K"
	want := "dev | building, 2s" + erased + "dev | building, 3s" + erased
	if out.String() != want {
		t.Errorf("got %q, want %q", out.String(), want)
	}
}
