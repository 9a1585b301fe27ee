package verify

import (
	"time"

	"example.com/pgcqrs/engine/chain"
)

// Late is how old an event outside the chain is, at least, that is a finding.
const Late = time.Minute

// Report is what a look at the chain has found.
type Report struct {
	Since    int64      `json:"since"`    // positions up to here were not looked at; 0: all were
	Head     chain.Head `json:"head"`     // the last link
	Unlinked int64      `json:"unlinked"` // events after it, which nothing protects yet
	Findings []Finding  `json:"findings"`
}

// Finding is a place where the log is not what the chain says.
type Finding struct {
	Position int64  `json:"position"`
	What     string `json:"what"`
}

// Scope says what a verification looks at.
type Scope struct {
	Kept  *chain.Head   // kept elsewhere: the chain must lead to it. nil: none
	Since bool          // begin behind Kept, and leave out what is before it
	Late  time.Duration // an event outside the chain is a finding when it is so old; below Late: Late
}
