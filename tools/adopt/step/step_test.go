package step

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"
)

// lines is a writer that sends each written line to a channel.
type lines chan string

func (l lines) Write(b []byte) (int, error) {
	l <- string(b)
	return len(b), nil
}

// Say reports a step (a command that takes long) before the step starts, and again while the step
// runs.
func TestAStepIsSaidWhileItTakesLong(t *testing.T) {
	t.Parallel()
	said, failed := make(lines), errors.New("failed")
	ctx, end := context.WithCancel(t.Context())
	result := make(chan error)
	go func() {
		result <- Say(said, "go build", time.Millisecond, func() error { <-ctx.Done(); return failed })
	}()
	if first := <-said; first != "  go build\n" {
		t.Errorf("it begins with %q", first)
	}
	if again := <-said; !strings.HasPrefix(again, "  go build, ") || !strings.HasSuffix(again, " …\n") {
		t.Errorf("it goes on with %q", again)
	}
	end()
	for {
		select {
		case <-said: // Say may report the step any number of times
		case err := <-result:
			if !errors.Is(err, failed) {
				t.Errorf("it ends with %v", err)
			}
			return
		}
	}
}
