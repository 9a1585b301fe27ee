package names

// Names of the template. A copy that was adopted has another module, and is left
// alone: its own name may be a word that is found all over.
const (
	OldModule  = "example.com/pgcqrs"
	OldService = "pgcqrs"
	OldTools   = OldModule + "/tools"
	devFolder  = "/var/lib/" + OldService + "-dev" // is the engine's, for root's databases
)
