package arguments

// Mistake is an error in the command line. Its text says how to correct the command line.
type Mistake string

func (m Mistake) Error() string { return string(m) }
