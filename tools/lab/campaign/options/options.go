//go:build linux

package options

import (
	"time"
)

type Options struct {
	Duration time.Duration
	Seed     uint64
	Only     string
	Clients  int
	Every    time.Duration // average time between faults
	Data     string
	Json     string
	Slowest  time.Duration // longest time that a command may take
	Models   int           // number of projections of one projector

	Promotions int  // number of promotions; above 0 there are no other faults
	Lossy      bool // promotions lose the commits that the standby lacks
}
