package verify

import (
	"time"

	"example.com/pgcqrs/engine/chain"
)

// Late is the lowest value of Scope.Late: an event that no link covers is a finding only if it
// is at least this old.
const Late = time.Minute

// Report says what a verification has found.
type Report struct {
	Since    int64      `json:"since"`    // positions up to this one were not compared; 0: all positions were compared
	Head     chain.Head `json:"head"`     // the last link that was compared
	Unlinked int64      `json:"unlinked"` // number of events after the last link, which are not protected yet
	Findings []Finding  `json:"findings"`
}

// Finding is a position at which the log differs from the chain.
type Finding struct {
	Position int64  `json:"position"`
	What     string `json:"what"`
}

// Scope says what a verification compares.
type Scope struct {
	Kept  *chain.Head   // head that was kept outside of the database, which the chain must contain; nil: none was kept
	Since bool          // begin after Kept, and don't compare the events up to Kept
	Late  time.Duration // age from which an event that no link covers is a finding; the constant Late is the minimum
}
