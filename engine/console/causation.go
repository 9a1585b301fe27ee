package console

import (
	"net/http"
	"strings"

	"example.com/pgcqrs/engine/console/cause"
	"example.com/pgcqrs/engine/console/page"
)

// shownCommand is a command of a tree, with the link to its trace.
type shownCommand struct {
	Command *cause.Command
	Trace   *trace
	Events  []shownEvent
}

// shownEvent is an event of a tree.
type shownEvent struct {
	Event    *cause.Event
	Commands []shownCommand
}

// showCause shows the tree of a correlation id.
func (c *Console) showCause(w http.ResponseWriter, r *http.Request) error {
	query := r.URL.Query()
	shown := struct {
		ID    string
		Tree  cause.Tree
		Roots []shownCommand
	}{ID: strings.TrimSpace(query.Get("id"))}
	if strings.ContainsRune(shown.ID, 0) { // PostgreSQL has no text with a NUL
		shown.ID = ""
	}
	if shown.ID != "" {
		tree, err := c.cause.Read(r.Context(), strings.ToValidUTF8(shown.ID, ""), number(query.Get("near")))
		if err != nil {
			return err
		}
		shown.Tree, shown.Roots = tree, c.commands(tree.Commands)
	}
	return c.show(w, r, "cause", page.Frame{Title: "Causation", Here: "cause", Body: shown})
}

func (c *Console) commands(of []*cause.Command) (shown []shownCommand) {
	for _, command := range of {
		one := shownCommand{Command: command, Trace: c.traceLink(command.TraceID)}
		for _, e := range command.Events {
			one.Events = append(one.Events, shownEvent{e, c.commands(e.Commands)})
		}
		shown = append(shown, one)
	}
	return shown
}
