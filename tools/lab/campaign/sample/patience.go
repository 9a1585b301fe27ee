//go:build linux

package sample

import (
	"time"

	"github.com/google/uuid"
)

// PatienceSource is a Go expression in the source of the built service. Its value is the result of
// PatienceOf for the transfer e.StreamID.
const PatienceSource = `[]time.Duration{5, 2_000, 10_000, 10_000}[e.StreamID[15]%4] * time.Millisecond`

// PatienceOf returns how long an account may take to pay for a transfer, before the timer of the
// transfer fires. One transfer in four expires at about the time at which its account pays.
func PatienceOf(transfer uuid.UUID) time.Duration {
	switch transfer[15] % 4 {
	case 0:
		return 5 * time.Millisecond
	case 1:
		return 2 * time.Second
	}
	return 10 * time.Second
}
