package names

// OldModule and OldService are the names of the template. adopt does not rename a copy that already
// has another module path, because the service's name may be a common word.
const (
	OldModule  = "example.com/pgcqrs"
	OldService = "pgcqrs"
	OldTools   = OldModule + "/tools"
	devFolder  = "/var/lib/" + OldService + "-dev" // the engine's folder for databases of root
)
