package stage

// Stage is a place of a projection's tables that are not in service. Each has a schema and a
// checkpoint of its own.
type Stage string

// Stages of a projection's tables.
const (
	Rebuilt Stage = "rebuild" // built from the log's start, until they replace those in service
	Kept    Stage = "kept"    // were in service before the last rebuild
	Undone  Stage = "undo"    // were kept, and catch up to be put back
)

// Schema returns the schema of the tables.
func (s Stage) Schema(projection string) string { return string(s) + "_" + projection }

// Checkpoint returns the name of their checkpoint.
func (s Stage) Checkpoint(projection string) string { return projection + "@" + string(s) }

// WayOut says what an operator may do about tables that do not agree with the log.
func (s Stage) WayOut() string {
	switch s {
	case Rebuilt:
		return "ops projections rebuild -restart begins with empty tables"
	case Kept, Undone:
		return "ops projections rebuild -drop gives these tables up, and those in service stay"
	}
	return ""
}
