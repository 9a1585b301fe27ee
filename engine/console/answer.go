package console

import (
	"context"
	"errors"
	"net/http"
	"time"

	"example.com/pgcqrs/engine/console/act"
	"example.com/pgcqrs/engine/console/history"
	"example.com/pgcqrs/engine/console/login"
	"example.com/pgcqrs/engine/console/page"
)

// view reads what a page shows, and writes the page.
type view func(w http.ResponseWriter, r *http.Request) error

// limited returns a handler for a view. The handler limits the time of the view, and answers its
// errors.
func (c *Console) limited(most time.Duration, show view) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), most)
		defer cancel()
		if err := show(w, r.WithContext(ctx)); err != nil {
			c.fail(w, r, err)
		}
	}
}

// said is a page that has only text.
type said struct{ Text, More string }

// fail answers an error of a view.
func (c *Console) fail(w http.ResponseWriter, r *http.Request, err error) {
	switch {
	case errors.Is(err, history.ErrNoStream):
		c.say(w, r, http.StatusNotFound, "Not found", said{Text: "The log has no stream, event or position like this."})
	case errors.Is(err, act.ErrUnknown):
		c.say(w, r, http.StatusNotFound, "Not found", said{Text: "There is no such act."})
	case errors.Is(err, act.ErrGone), errors.Is(err, act.ErrChanged):
		c.say(w, r, http.StatusConflict, "Nothing was done", said{Text: "The state has changed.", More: err.Error()})
	case errors.Is(err, context.DeadlineExceeded):
		c.say(w, r, http.StatusServiceUnavailable, "Too slow", said{Text: "The database has not answered in time. Nothing was changed."})
	default:
		c.config.Logger.ErrorContext(r.Context(), "a page of the console failed", "page", r.Pattern, "error", err)
		c.say(w, r, http.StatusInternalServerError, "It failed", said{Text: "The console's log has the whole error. It begins with:", More: err.Error()})
	}
}

func (c *Console) say(w http.ResponseWriter, r *http.Request, status int, title string, text said) {
	c.write(w, r, status, "said", page.Frame{Title: title, Body: text})
}

// show answers with a page.
func (c *Console) show(w http.ResponseWriter, r *http.Request, name string, frame page.Frame) error {
	c.write(w, r, http.StatusOK, name, frame)
	return nil
}

func (c *Console) write(w http.ResponseWriter, r *http.Request, status int, name string, frame page.Frame) {
	c.writeAs(w, r, login.Of(r.Context()), status, name, frame)
}

func (c *Console) writeAs(w http.ResponseWriter, r *http.Request, session login.Session, status int, name string, frame page.Frame) {
	frame.Service, frame.Operator, frame.Form = c.config.Service, session.Operator, session.Form
	if err := page.Write(w, status, name, frame); err != nil {
		c.config.Logger.ErrorContext(r.Context(), "a page of the console can't be rendered", "page", name, "error", err)
	}
}

// nothing answers a path that the console does not have.
func (c *Console) nothing(w http.ResponseWriter, r *http.Request) {
	c.say(w, r, http.StatusNotFound, "Not found", said{Text: "The console has no such page."})
}

// refuse answers a request without a session, and a form without its secret.
func (c *Console) refuse(w http.ResponseWriter, r *http.Request) {
	c.say(w, r, http.StatusForbidden, "Not logged in", said{
		Text: "Open the link that ops serve has printed last. Each link works once; the next one is printed after that. If you are logged in, the form was too old: open the page again.",
	})
}

// offerLogin shows the form that exchanges the token of a link. The link itself changes nothing, so
// that a program that opens links in advance does not use the token up.
func (c *Console) offerLogin(w http.ResponseWriter, r *http.Request) {
	c.write(w, r, http.StatusOK, "login", page.Frame{Title: "Log in", Body: struct{ Token string }{r.URL.Query().Get("token")}})
}

// enter exchanges the token of a link for a session.
func (c *Console) enter(w http.ResponseWriter, r *http.Request) {
	if !c.config.Login.Exchange(w, r, r.PostFormValue("token")) {
		c.refuse(w, r)
		return
	}
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

func (c *Console) leave(w http.ResponseWriter, r *http.Request) {
	c.config.Login.Leave(w, r)
	c.writeAs(w, r, login.Session{}, http.StatusOK, "said", page.Frame{Title: "Logged out", Body: said{Text: "This browser is logged out. The link that ops serve has printed last logs in again."}})
}
