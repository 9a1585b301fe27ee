package console

import (
	"net/http"

	"example.com/pgcqrs/engine/console/page"
)

// showNow shows what the service does now, and what waits for an operator.
func (c *Console) showNow(w http.ResponseWriter, r *http.Request) error {
	now, err := c.overview.Read(r.Context())
	if err != nil {
		return err
	}
	return c.show(w, r, "now", page.Frame{Title: "Now", Here: "now", Body: now})
}
