package ops

import (
	"flag"
	"io"
	"strings"
	"testing"
	"time"

	"example.com/pgcqrs/engine/eventlog/volume"
)

func TestVolumeTakesALimit(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]volume.Limits{
		"-volume":                         {Events: 100_000, Within: 30 * time.Second},
		"-volume -events 5":               {Events: 5, Within: 30 * time.Second},
		"-volume -all -timeout 2m":        {Within: 2 * time.Minute},
		"-volume -events 1 -timeout 10ms": {Events: 1, Within: 10 * time.Millisecond},
	} {
		f, err := volumeOf(line)
		if err != nil || f.limits() != want || !f.wanted {
			t.Errorf("%q: got %+v, %v; want %+v", line, f.limits(), err, want)
		}
	}
	for line, want := range map[string]string{
		"-events 5": "need -volume", "-all": "need -volume", "-timeout 1s": "need -volume",
		"-volume -events 5 -all": "contradict", "-volume -events 0": "from 1 on", "-volume -events -3": "from 1 on", "-volume -events many": "invalid value",
		"-volume -timeout 0s": "at least 1ms", "-volume -timeout soon": "invalid value",
	} {
		if _, err := volumeOf(line); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %q", line, err, want)
		}
	}
}

func volumeOf(line string) (*volumeFlags, error) {
	set := flag.NewFlagSet("stats", flag.ContinueOnError)
	set.SetOutput(io.Discard)
	f := newVolumeFlags(set)
	if err := set.Parse(strings.Fields(line)); err != nil {
		return f, err
	}
	return f, f.check(nil)
}
