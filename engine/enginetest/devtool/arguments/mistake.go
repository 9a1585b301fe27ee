package arguments

// Mistake is an error in the command line. The text of a Mistake says how to correct the command
// line.
type Mistake string

func (m Mistake) Error() string { return string(m) }
