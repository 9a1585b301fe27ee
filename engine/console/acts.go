package console

import (
	"errors"
	"net/http"
	"strconv"

	"example.com/pgcqrs/engine/console/act"
	"example.com/pgcqrs/engine/console/login"
	"example.com/pgcqrs/engine/console/page"
)

// asked is the page that says what an act will do, and asks.
type asked struct {
	Plan     act.Plan
	Order    act.Order
	Operator string
	Problem  string
}

// planAct says what an act will do, and asks.
func (c *Console) planAct(w http.ResponseWriter, r *http.Request) error {
	query := r.URL.Query()
	return c.ask(w, r, http.StatusOK, act.Order{Do: query.Get("do"), Projection: query.Get("projection"), ID: query.Get("id")}, "")
}

func (c *Console) ask(w http.ResponseWriter, r *http.Request, status int, order act.Order, problem string) error {
	plan, err := c.acts.Plan(r.Context(), order)
	if err != nil {
		return err
	}
	c.write(w, r, status, "act", page.Frame{Title: plan.Title, Here: "now", Body: asked{plan, order, login.Of(r.Context()).Operator, problem}})
	return nil
}

// doAct does an act that the operator has confirmed. Then the list of acts shows its outcome, so
// that a reload of the page does nothing again.
func (c *Console) doAct(w http.ResponseWriter, r *http.Request) error {
	order := act.Order{
		Do: r.PostFormValue("do"), Projection: r.PostFormValue("projection"), ID: r.PostFormValue("id"),
		Seen: r.PostFormValue("seen"), Note: r.PostFormValue("note"), Operator: login.Of(r.Context()).Operator,
	}
	number, err := c.acts.Do(r.Context(), order)
	switch {
	case errors.Is(err, act.ErrNote), errors.Is(err, act.ErrChanged):
		return c.ask(w, r, http.StatusConflict, order, "Nothing was done: "+err.Error()+".")
	case err != nil:
		return err
	}
	http.Redirect(w, r, "/acts?done="+strconv.Itoa(number), http.StatusSeeOther)
	return nil
}

// showActs lists the acts of this console, and the outcome of the one that was just done.
func (c *Console) showActs(w http.ResponseWriter, r *http.Request) error {
	list := struct {
		Done *act.Done
		All  []act.Done
	}{All: c.acts.Last()}
	for i, done := range list.All {
		if strconv.Itoa(done.Number) == r.URL.Query().Get("done") {
			list.Done = &list.All[i]
		}
	}
	return c.show(w, r, "acts", page.Frame{Title: "Acts", Here: "acts", Body: list})
}
