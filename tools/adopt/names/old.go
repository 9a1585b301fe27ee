package names

// Names of the template. An adopted copy has another module, and is not renamed again: its own name
// may be a word that occurs everywhere.
const (
	OldModule  = "example.com/pgcqrs"
	OldService = "pgcqrs"
	OldTools   = OldModule + "/tools"
	devFolder  = "/var/lib/" + OldService + "-dev" // belongs to the engine, for databases of root
)
