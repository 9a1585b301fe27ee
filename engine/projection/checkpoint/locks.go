package checkpoint

// RunLock returns the name of the session lock that whoever runs a projection holds.
func RunLock(projection string) string { return "projection " + projection }

// RebuildLock returns the name of the session lock that whoever replaces a projection's tables holds.
func RebuildLock(projection string) string { return "rebuild " + projection }
