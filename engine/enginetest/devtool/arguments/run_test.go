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
	for _, line := range []string{"run -without broker", "run -without api,", "run -nosuch", "run now", "run -db oracle", "test -db oracle", "seed now", "seed -nosuch", "", "fly"} {
		if got, err := Parse("shop", strings.Fields(line)); err == nil {
			t.Errorf("%q: got %+v; want a mistake", line, got)
		}
	}
}

func TestSeedTakesAnAddress(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]Seed{
		"seed": {}, "seed -api http://127.0.0.1:8090 -issuer http://127.0.0.1:8093": {API: "http://127.0.0.1:8090", Issuer: "http://127.0.0.1:8093"}, "seed -data x": {Data: "x"},
	} {
		if got, err := Parse("shop", strings.Fields(line)); err != nil || *got.Seed != want {
			t.Errorf("%q: got %+v, %v; want %+v", line, got.Seed, err, want)
		}
	}
	if got, err := Parse("shop", []string{"seed", "-h"}); err != nil || !strings.Contains(got.Answer, "-issuer") || !strings.Contains(got.Answer, "DATABASE_URL") {
		t.Errorf("help: got %q, %v", got.Answer, err)
	}
}
