package checkpoint

// RunLock returns the name of the session lock that a process needs to run a projection.
func RunLock(projection string) string { return "projection " + projection }

// RebuildLock returns the name of the session lock for replacing the tables of a projection.
func RebuildLock(projection string) string { return "rebuild " + projection }
