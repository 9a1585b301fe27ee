package stage

// Stage is a set of a projection's tables that serves no queries, because it is not ready yet or
// was replaced. Each Stage has its own schema and its own checkpoint.
type Stage string

// The stages of a projection's tables.
const (
	Rebuilt Stage = "rebuild" // built from the start of the log, to replace the live tables
	Kept    Stage = "kept"    // the live tables before the last rebuild
	Undone  Stage = "undo"    // were Kept before; Undo applies the missed events to them, and then makes them the live tables again
)

// Schema returns the name of the schema that has the stage's set of tables.
func (s Stage) Schema(projection string) string { return string(s) + "_" + projection }

// Checkpoint returns the name of the checkpoint of the stage's set of tables.
func (s Stage) Checkpoint(projection string) string { return projection + "@" + string(s) }

// WayOut returns a text that says what an operator may do if the tables of the stage are ahead of
// the log.
func (s Stage) WayOut() string {
	switch s {
	case Rebuilt:
		return "ops projections rebuild -restart begins with empty tables"
	case Kept, Undone:
		return "ops projections rebuild -drop gives these tables up, and those in service stay"
	}
	return ""
}
