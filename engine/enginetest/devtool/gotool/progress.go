package gotool

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"regexp"
	"sync"
	"time"
)

const (
	quickBuild = 2 * time.Second  // a shorter build shows no progress
	lineEvery  = 15 * time.Second // interval between progress lines where a line can't be rewritten
)

// progress reads the output of `go build -v` line by line. The output has a line for each package
// that is being compiled and for each module that is being downloaded. All other lines, such as
// errors, are printed unchanged.
type progress struct {
	name     string // name of the program that builds
	out, err io.Writer
	terminal bool
	first    string // text to print when go begins to download or compile; "": none

	mu         sync.Mutex
	part       []byte
	downloaded int
	compiled   int
	total      int // number of packages; 0: unknown
	shown      time.Duration
	drawn      bool // a line that can be rewritten is on the terminal
}

var (
	ofPackage  = regexp.MustCompile(`^[\w.~/-]+$`)
	ofDownload = []byte("go: downloading ")
)

func (p *progress) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.part = append(p.part, b...)
	for {
		line, rest, whole := bytes.Cut(p.part, []byte("\n"))
		if !whole {
			return len(b), nil
		}
		p.read(line)
		p.part = bytes.Clone(rest)
	}
}

func (p *progress) read(line []byte) {
	switch {
	case bytes.HasPrefix(line, ofDownload):
		p.begin()
		p.downloaded++
	case ofPackage.Match(line):
		p.begin()
		p.compiled++
	default:
		p.erase()
		_, _ = fmt.Fprintf(p.err, "%s\n", line) // a failure to write can't be reported anywhere
	}
}

// begin prints the first line of the progress if it was not printed yet.
func (p *progress) begin() {
	if p.first == "" {
		return
	}
	p.erase()
	_, _ = fmt.Fprintf(p.out, "%s | %s\n", p.name, p.first)
	p.first = ""
}

// expect sets the highest possible number of packages to compile. Packages that are already in the
// build cache are not compiled.
func (p *progress) expect(total int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.total = total
}

// show prints the progress if enough time has passed since it was printed last.
func (p *progress) show(elapsed time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if elapsed < quickBuild || !p.terminal && elapsed-p.shown < lineEvery {
		return
	}
	p.shown = elapsed
	line := fmt.Sprintf("%s | building, %v%s", p.name, elapsed, p.soFar())
	if p.terminal {
		p.erase()
		p.drawn = true
	} else {
		line += "\n"
	}
	_, _ = io.WriteString(p.out, line)
}

func (p *progress) soFar() string {
	switch {
	case p.compiled > 0 && p.total > 0:
		return fmt.Sprintf(": %d of at most %d packages compiled", p.compiled, p.total)
	case p.compiled > 0:
		return fmt.Sprintf(": %d packages compiled", p.compiled)
	case p.downloaded > 0:
		return fmt.Sprintf(": %d modules downloaded", p.downloaded)
	}
	return "" // go is looking for changed files, or is linking
}

// finish removes the progress line from the terminal. If the output of go build ends with an
// incomplete line, finish prints this line, too.
func (p *progress) finish() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.erase()
	_, _ = p.err.Write(p.part)
	p.part = nil
}

// erase removes the progress line from the terminal.
func (p *progress) erase() {
	if p.drawn {
		_, _ = io.WriteString(p.out, "\r\x1b[K")
		p.drawn = false
	}
}

func isTerminal(file *os.File) bool {
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0 && os.Getenv("TERM") != "dumb"
}
