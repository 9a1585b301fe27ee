package main

import (
	"slices"
	"strings"
	"testing"
)

func TestLeaveOutTakesProcessesThatThereAre(t *testing.T) {
	for line, want := range map[string][]string{
		"":                                nil,
		"-without api":                    {"api"},
		"-without api,projector":          {"api", "projector"},
		"-without projector -without api": {"projector", "api"},
	} {
		if got, err := parseRun(strings.Fields(line)); err != nil || !slices.Equal(got.without, want) {
			t.Errorf("%q: got %v, %v; want %v", line, got.without, err, want)
		}
	}
	for _, line := range []string{"-without broker", "-without api,", "-nosuch", "now"} {
		if _, err := parseRun(strings.Fields(line)); exitCode(t.Context(), err) != 2 {
			t.Errorf("%q: got %v; want a mistake of usage", line, err)
		}
	}
}
