package console

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/console/history"
	"example.com/pgcqrs/engine/console/page"
	"example.com/pgcqrs/engine/event"
)

// shownLast is how many of the log's last events the page of streams shows.
const shownLast = 25

// streamPage is the page of one stream.
type streamPage struct {
	Page  history.Page
	Trace *trace
	All   bool // long streams are folded, too
}

// showStream shows the events of a stream and its state at a version. Without an id, showStream
// shows the last events of the log.
func (c *Console) showStream(w http.ResponseWriter, r *http.Request) error {
	query := r.URL.Query()
	if query.Get("id") == "" {
		return c.showLast(w, r)
	}
	id, err := uuid.Parse(query.Get("id"))
	if err != nil {
		return history.ErrNoStream
	}
	shown := streamPage{All: query.Get("all") != ""}
	if shown.Page, err = c.history.Read(r.Context(), id, number(query.Get("version")), shown.All); err != nil {
		return err
	}
	shown.Trace = c.traceOf(shown.Page.Here.Event.Metadata.Traceparent)
	return c.show(w, r, "stream", page.Frame{Title: shown.Page.Type + " " + id.String(), Here: "stream", Search: id.String(), Body: shown})
}

// showLast shows the last events of the log, or the last ones before a position.
func (c *Console) showLast(w http.ResponseWriter, r *http.Request) error {
	head, err := c.config.Log.Head(r.Context())
	if err != nil {
		return err
	}
	last := head
	if before := number(r.URL.Query().Get("before")); before > 0 {
		last = min(head, before-1)
	}
	first := max(1, last-shownLast+1)
	list := struct {
		Events  []event.Recorded
		Earlier int64
		Newest  bool
	}{Newest: last < head}
	if list.Events, err = c.config.Log.Search(r.Context(), first-1, last, "", "", shownLast); err != nil {
		return err
	}
	slices.Reverse(list.Events)
	if first > 1 {
		list.Earlier = first
	}
	return c.show(w, r, "streams", page.Frame{Title: "Streams", Here: "stream", Body: list})
}

// find leads to the stream, event or position that a text names. A text that names none of them may
// be a correlation id.
func (c *Console) find(w http.ResponseWriter, r *http.Request) error {
	text := r.URL.Query().Get("q")
	place, err := c.history.Find(r.Context(), text)
	target := url.Values{}
	switch {
	case errors.Is(err, history.ErrNoStream):
		target.Set("id", text)
		http.Redirect(w, r, "/cause?"+target.Encode(), http.StatusSeeOther)
		return nil
	case err != nil:
		return err
	}
	target.Set("id", place.Stream.String())
	if place.Version > 0 {
		target.Set("version", strconv.FormatInt(place.Version, 10))
	}
	http.Redirect(w, r, "/stream?"+target.Encode(), http.StatusSeeOther)
	return nil
}

// number returns the number in a text, or 0.
func number(text string) int64 {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0
	}
	return n
}
