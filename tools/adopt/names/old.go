package names

// OldModule and OldService are the names of the template. adopt renames a copy only if it still has
// the template's module path, because the name of another service may be a common word.
const (
	OldModule  = "example.com/pgcqrs"
	OldService = "pgcqrs"
	OldTools   = OldModule + "/tools"
	devFolder  = "/var/lib/" + OldService + "-dev" // the engine's folder for databases of root
)
