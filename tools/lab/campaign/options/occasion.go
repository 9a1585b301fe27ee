//go:build linux

package options

// Occasion says what the faults of a run may do to the log, such as losing events.
type Occasion int

const (
	Steady   Occasion = 1 << iota // the log only grows
	Promoted                      // readers of a primary may see commits that did not wait for the standby, and that a promotion then undoes
	Lossy                         // the log may lose its last events
	Always   = Steady | Promoted | Lossy
)

// Occasion returns what the faults of a run with these options may do to the log.
func (o Options) Occasion() Occasion {
	switch {
	case o.Lossy:
		return Lossy
	case o.Promotions > 0:
		return Promoted
	}
	return Steady
}
