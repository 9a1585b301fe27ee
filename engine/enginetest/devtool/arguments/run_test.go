package arguments

import (
	"slices"
	"strings"
	"testing"
)

func TestLeaveOutTakesProcessesThatThereAre(t *testing.T) {
	t.Parallel()
	for line, want := range map[string][]string{
		"run":                                 nil,
		"run -without api":                    {"api"},
		"run -without api,projector":          {"api", "projector"},
		"run -without projector -without api": {"projector", "api"},
	} {
		if got, err := Parse("shop", strings.Fields(line)); err != nil || !slices.Equal(got.Run.Without, want) {
			t.Errorf("%q: got %v, %v; want %v", line, got.Run, err, want)
		}
	}
	for _, line := range []string{"run -without broker", "run -without api,", "run -nosuch", "run now", "run -db oracle", "test -db oracle", "", "fly"} {
		if got, err := Parse("shop", strings.Fields(line)); err == nil {
			t.Errorf("%q: got %+v; want a mistake", line, got)
		}
	}
}
