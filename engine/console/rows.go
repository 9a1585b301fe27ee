package console

import (
	"net/http"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/console/history"
	"example.com/pgcqrs/engine/console/page"
	"example.com/pgcqrs/engine/console/refold"
	"example.com/pgcqrs/engine/event"
)

// rowsPage is the page that compares rows of read models with events.
type rowsPage struct {
	Names      []string // of all projections
	Projection string
	Stream     string
	Type       string
	Open       bool // all rows are shown open, because there are few
	Results    []*refold.Result
	Events     []event.Recorded // the last events of the stream, without their data
	Samples    []refold.Sample
}

// mostWhy limits the events on the page.
const mostWhy = 25

// showRows compares the rows that the projections have of a stream with the rows that the stream's
// events make. Without a stream, showRows offers rows of a projection.
func (c *Console) showRows(w http.ResponseWriter, r *http.Request) (err error) {
	query := r.URL.Query()
	shown := rowsPage{Names: c.config.Projections.Names(), Projection: query.Get("projection"), Stream: query.Get("stream")}
	if shown.Projection != "" {
		if _, err := c.config.Projections.Find(shown.Projection); err != nil {
			return history.ErrNoStream
		}
	}
	switch {
	case shown.Stream != "":
		err = c.compare(r, &shown)
	case shown.Projection != "":
		shown.Samples, err = refold.Samples(r.Context(), c.config.Projections, shown.Projection)
	}
	if err != nil {
		return err
	}
	return c.show(w, r, "why", page.Frame{Title: "Rows", Here: "why", Body: shown})
}

// compare fills the page for a stream.
func (c *Console) compare(r *http.Request, shown *rowsPage) error {
	id, err := uuid.Parse(shown.Stream)
	if err != nil {
		return history.ErrNoStream
	}
	shown.Stream = id.String()
	if shown.Type, shown.Events, err = c.history.Last(r.Context(), id, mostWhy); err != nil {
		return err
	}
	names := shown.Names
	if shown.Projection != "" {
		names = []string{shown.Projection}
	}
	rows := 0
	for _, name := range names {
		result, err := refold.Refold(r.Context(), c.config.Projections, name, shown.Type, id)
		if err != nil {
			return err
		}
		shown.Results = append(shown.Results, &result)
		rows += result.Rows()
	}
	shown.Open = rows <= 4
	return nil
}
