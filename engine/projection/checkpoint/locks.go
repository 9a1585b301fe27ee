package checkpoint

// RunLock returns the name of the session lock of the process that runs a projection.
func RunLock(projection string) string { return "projection " + projection }

// RebuildLock returns the name of the session lock of the process that replaces a projection's
// tables.
func RebuildLock(projection string) string { return "rebuild " + projection }
