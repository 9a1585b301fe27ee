//go:build linux

package requests

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"example.com/pgcqrs/tools/lab/campaign/answers"
	"example.com/pgcqrs/tools/lab/campaign/sample"
	"example.com/pgcqrs/tools/lab/load/drive/wire"
)

// person is the JSON that the service returns for a customer.
type person struct {
	ID          uuid.UUID
	Name, Email *string
	Status      string
	Version     int64
}

func (p person) contact() sample.Digest { return shownContact(p.Name, p.Email) }

func shownContact(name, email *string) sample.Digest {
	if name == nil && email == nil {
		return sample.Digest{}
	}
	return sample.ContactDigest(orNothing(name), orNothing(email))
}

func orNothing(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}

// OfRead returns the request for a customer, an export, or a search by address. If capitals is
// true, the search uses the address in capital letters.
func OfRead(r *answers.PersonRead, capitals bool) wire.Request {
	asked := wire.Request{Method: http.MethodGet, Path: "/v1/customers/" + r.Customer.String()}
	switch r.Of { //nolint:exhaustive // all other queries read the customer by id
	case answers.OfExport:
		asked.Path += "/export?limit=200"
	case answers.OfLookUp:
		email := sample.EmailOf(r.Contact)
		if capitals {
			email = strings.ToUpper(email)
		}
		asked.Method, asked.Path, asked.Body = http.MethodPost, "/v1/customers/search", fmt.Appendf(nil, `{"email":"%s"}`, email)
	}
	if r.Min > 0 {
		asked.MinPosition = strconv.FormatInt(r.Min, 10)
	}
	return asked
}

// Take reads an answer into r. If the body is incomplete, Take sets the status 0, which means that
// there was no answer.
func Take(r *answers.PersonRead, answer wire.Answer) {
	r.Status = answer.Status
	r.At, _ = strconv.ParseInt(answer.Header.Get("Event-Position"), 10, 64)
	if r.Status != http.StatusOK {
		return
	}
	var said struct {
		person
		Items      []person
		Incomplete bool
		Next       string `json:"next_cursor"`
		Customer   person
		Events     []struct{ Data struct{ Name, Email *string } }
	}
	if json.Unmarshal(answer.Body, &said) != nil {
		r.Status = 0
		return
	}
	shown := said.person
	if r.Of == answers.OfExport {
		shown = said.Customer
	}
	r.State, r.Version, r.Text = shown.Status, shown.Version, shown.contact()
	r.Some = said.Incomplete || said.Next != ""
	for _, item := range said.Items {
		r.Found = append(r.Found, item.ID)
	}
	for _, e := range said.Events {
		r.Events = append(r.Events, shownContact(e.Data.Name, e.Data.Email))
	}
}
