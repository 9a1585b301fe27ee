package queue

// Verdict is the queue's decision about a request.
type Verdict int

// These constants are the possible verdicts of a queue.
const (
	Runs           Verdict = iota // the request has a slot and runs
	Overloaded                    // all slots are in use
	SubjectHasHalf                // a slot is free, but the subject uses all slots that one client may use
	AddressHasHalf                // a slot is free, but the address uses all slots that one client may use
)
