package arguments

// Mistake is an error on the command line. Its text says how to do better.
type Mistake string

func (m Mistake) Error() string { return string(m) }
