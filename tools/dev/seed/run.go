package seed

import (
	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/tools/dev/running"
	"example.com/pgcqrs/tools/dev/story"
)

// storyFile is the path of the story in a clone.
const storyFile = "api/story.http"

// run is one run of dev seed.
type run struct {
	stack  running.Stack
	story  story.Story
	client *client
	db     *pgx.Conn // with the login of the schema's owner; nil: not known
	n      int       // number of the current repetition of a step

	unlimited int32 // maximum size of a message of the broker's stream, without the story's limit; -1: none

	looks   []story.Look // of the chapters that are there
	leftOut int          // chapters that need a database or a broker, and have none
}
