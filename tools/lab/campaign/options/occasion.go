//go:build linux

package options

// Occasion tells what happened to the log in a run.
type Occasion int

const (
	Steady   Occasion = 1 << iota // it only grew
	Promoted                      // readers of a primary saw commits that had not waited for the standby, and were undone
	Lossy                         // it went back
	Always   = Steady | Promoted | Lossy
)

// Occasion returns what the options do to the log.
func (o Options) Occasion() Occasion {
	switch {
	case o.Lossy:
		return Lossy
	case o.Promotions > 0:
		return Promoted
	}
	return Steady
}
