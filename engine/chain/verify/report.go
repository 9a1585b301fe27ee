package verify

import (
	"time"

	"example.com/pgcqrs/engine/chain"
)

// Late is the lowest age at which an event outside the chain is a finding.
const Late = time.Minute

// Report says what a verification has found.
type Report struct {
	Since    int64      `json:"since"`    // positions up to this one were not compared; 0: all were
	Head     chain.Head `json:"head"`     // the last link
	Unlinked int64      `json:"unlinked"` // events after the last link, which nothing protects yet
	Findings []Finding  `json:"findings"`
}

// Finding is a place where the log differs from the chain.
type Finding struct {
	Position int64  `json:"position"`
	What     string `json:"what"`
}

// Scope says what a verification compares.
type Scope struct {
	Kept  *chain.Head   // kept elsewhere: the chain must contain it. nil: none
	Since bool          // begin after Kept, and leave out what is before it
	Late  time.Duration // age at which an event outside the chain is a finding; at least the constant Late
}
