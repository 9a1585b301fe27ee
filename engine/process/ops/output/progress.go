package output

import (
	"fmt"
	"io"
	"os"
	"time"

	"example.com/pgcqrs/engine/projection/rebuild/catchup"
)

// Progress shows the progress of a rebuild. On a terminal, Progress updates one line; elsewhere it
// prints a line every few seconds.
type Progress struct {
	out      io.Writer
	terminal bool
	shown    time.Time
	last     int64
}

// NewProgress returns a Progress that writes to out.
func NewProgress(out io.Writer) *Progress {
	file, is := out.(*os.File)
	if !is {
		return &Progress{out: out}
	}
	info, err := file.Stat()
	return &Progress{out: out, terminal: err == nil && info.Mode()&os.ModeCharDevice != 0}
}

// Show shows the progress, unless the last call of Show was only a moment ago.
func (p *Progress) Show(at catchup.Progress) {
	every, before, after := 5*time.Second, "", "\n"
	if p.terminal {
		every, before, after = 200*time.Millisecond, "\r", "\x1b[K"
	}
	done := at.Position >= at.Head
	if at.Position == p.last || !done && time.Since(p.shown) < every {
		return
	}
	p.shown, p.last = time.Now(), at.Position
	fmt.Fprintf(p.out, "%s%5.1f %%  event %d of %d  %.0f events/s  %s left%s", before,
		Percent(at.Position, at.Head), at.Position, at.Head, at.Rate, at.Left.Round(time.Second), after)
}

// Begun reports whether Show has shown anything.
func (p *Progress) Begun() bool { return !p.shown.IsZero() }

// End ends the line of progress, and returns err.
func (p *Progress) End(err error) error {
	if p.terminal && !p.shown.IsZero() {
		fmt.Fprintln(p.out)
	}
	return err
}

// Percent returns part as a percentage of whole.
func Percent(part, whole int64) float64 { return 100 * float64(part) / float64(max(whole, 1)) }
