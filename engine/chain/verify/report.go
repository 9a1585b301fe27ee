package verify

import (
	"time"

	"example.com/pgcqrs/engine/chain"
)

// Late is the lowest effective value of Scope.Late: a lower value has the same effect as Late. An
// event that no link covers is a finding only if the event is at least this old, because the Linker
// needs some time to add links.
const Late = time.Minute

// Report is the result of a verification.
type Report struct {
	Since    int64      `json:"since"`    // positions up to this one were not compared; 0: all positions were compared
	Head     chain.Head `json:"head"`     // the last link that was compared
	Unlinked int64      `json:"unlinked"` // number of events after the last link; these events are not protected yet
	Findings []Finding  `json:"findings"`
}

// Finding describes a difference between the log and the chain of hashes, at a position.
type Finding struct {
	Position int64  `json:"position"`
	What     string `json:"what"`
}

// Scope says what a verification compares.
type Scope struct {
	Kept  *chain.Head   // head that was stored outside of the database; the chain must contain it; nil: no head was stored
	Since bool          // begin after Kept, and don't compare the events up to Kept
	Late  time.Duration // age from which an event that no link covers is a finding; never less than the constant Late
}
