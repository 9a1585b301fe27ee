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
	Every    time.Duration // between faults, on average
	Data     string
	Json     string
	Slowest  time.Duration // that a command may take
	Models   int           // projections of one projector

	Promotions int  // instead of other faults
	Lossy      bool // promotions lose what the standby lacks
}
