package httpapi

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"example.com/pgcqrs/engine/auth"
	"example.com/pgcqrs/engine/command"
	"example.com/pgcqrs/engine/edge/query"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/internal/read/transfers"
	"example.com/pgcqrs/internal/write/transfer"
)

const transfersPath = "/v1/transfers"

// sentFake is a fake of the service behind the operations on transfers. It records the calls that it
// receives.
type sentFake struct {
	service
	id      uuid.UUID
	command transfer.Request
	request command.Request
	subject string
	filter  transfers.Filter

	row  transfers.Transfer
	next *transfers.Cursor
}

func newSentFake() *sentFake {
	f := &sentFake{service: service{position: 42}, row: transfers.Transfer{
		ID: ada, Subject: "ada", From: ada, To: nobody, Amount: 7, Currency: "EUR", Reference: "rent", Status: "refunded", Code: "not_accepted",
		Version: 4, RequestedAt: someDay, UpdatedAt: someDay,
	}}
	f.domain = func(o *Options) { o.Transfers = Transfers{Request: f.ask, Sent: f} }
	f.check = func(context.Context, string) (auth.Caller, error) {
		return auth.Caller{Subject: "ada", Scopes: scopes}, nil
	}
	return f
}

func (f *sentFake) ask(_ context.Context, id uuid.UUID, c transfer.Request, r command.Request) (command.Result, error) {
	defer f.asked()()
	f.id, f.command, f.request = id, c, r
	return command.Result{StreamID: ada, Version: 1, Position: 42, Replayed: strings.HasSuffix(r.Key, "again")}, f.fail
}

func (f *sentFake) Get(_ context.Context, subject string, id uuid.UUID) (transfers.Transfer, int64, error) {
	defer f.asked()()
	f.subject = subject
	if id == nobody {
		return transfers.Transfer{}, f.position, event.ErrStreamNotFound
	}
	return f.row, f.position, f.fail
}

func (f *sentFake) List(_ context.Context, filter transfers.Filter) (transfers.Page, int64, error) {
	defer f.asked()()
	f.filter = filter
	return transfers.Page{Transfers: []transfers.Transfer{f.row}, Next: f.next, Incomplete: f.row.Parked > 0}, f.position, f.fail
}

func (f *sentFake) OfCustomer(context.Context, string, uuid.UUID, *transfers.Cursor, int) (transfers.Page, int64, error) {
	return transfers.Page{}, f.position, f.fail
}

// tell sends a request as the subject ada.
func tell(t *testing.T, f *sentFake, method, path, body string, headers ...string) reply {
	t.Helper()
	return send(t, f.client(t), method, path, body, append(headers, "Authorization", "Bearer x")...)
}

const askBody = `{"from":"0197a1f2-5c3d-7e4f-8a9b-0c1d2e3f4a5b","to":"0197a1f2-5c3d-7e4f-8a9b-000000000000","amount":7,"reference":"rent"}`

// The service generates the id. The answer has the id of the command's result. For a repeated
// request, this is the id that the service generated for the first request.
func TestARequestForATransfer(t *testing.T) {
	t.Parallel()
	f := newSentFake()
	answer := tell(t, f, http.MethodPost, transfersPath, askBody, "Idempotency-Key", "again")
	want := `{"id":"` + ada.String() + `","version":1,"position":"42","from":"` + ada.String() + `","to":"` + nobody.String() + `","amount":7,"reference":"rent","status":"requested"}` + "\n"
	if answer.status != 202 || answer.body != want {
		t.Errorf("got %d %s", answer.status, answer.body)
	}
	for name, value := range map[string]string{"Location": "transfers/" + ada.String(), "ETag": `"1"`, "Event-Position": "42", "Idempotency-Replayed": "true"} {
		if got := answer.header.Get(name); got != value {
			t.Errorf("%s is %q, want %q", name, got, value)
		}
	}
	wanted := transfer.Request{Subject: "ada", From: ada, To: nobody, Amount: 7, Reference: "rent"}
	if diff := cmp.Diff(wanted, f.command); diff != "" || !f.request.NewStream || !strings.HasSuffix(f.request.Key, "again") || f.id.Version() != 7 {
		t.Errorf("asked for %s with %+v: %s", f.id, f.request, diff)
	}
	for _, body := range []string{`{}`, strings.Replace(askBody, "7,", "0,", 1), strings.Replace(askBody, "}", `,"id":"`+ada.String()+`"}`, 1), strings.Replace(askBody, `"to"`, `"To"`, 1)} {
		if refused := tell(t, f, http.MethodPost, transfersPath, body); refused.status != 400 {
			t.Errorf("%s: got %d %s", body, refused.status, refused.body)
		}
	}
	for _, reference := range unreadable { // its receiver is another subject
		refused := tell(t, f, http.MethodPost, transfersPath, strings.Replace(askBody, "rent", reference, 1))
		if refused.status != 400 || !strings.Contains(refused.body, `"field":"reference"`) || !strings.Contains(refused.body, referenceRule) {
			t.Errorf("%s: got %d %s", reference, refused.status, refused.body)
		}
	}
	for code, err := range map[string]error{"too_many_transfers": transfer.RejectTooMany(), "not_found": event.ErrStreamNotFound} {
		f.fail = err
		if refused := tell(t, f, http.MethodPost, transfersPath, askBody); *refused.problem(t).Code != code {
			t.Errorf("%s: got %d %s", code, refused.status, refused.body)
		}
	}
}

func TestATransferIsShown(t *testing.T) {
	t.Parallel()
	f := newSentFake()
	path := transfersPath + "/" + ada.String()
	answer := tell(t, f, http.MethodGet, path, "")
	want := `{"id":"` + ada.String() + `","from":"` + ada.String() + `","to":"` + nobody.String() + `","amount":7,"currency":"EUR","reference":"rent",` +
		`"status":"refunded","code":"not_accepted","version":4,"requested_at":"2026-01-31T12:00:00.123456Z","updated_at":"2026-01-31T12:00:00.123456Z"}` + "\n"
	if answer.status != 200 || answer.body != want || answer.header.Get("ETag") != `"4"` || answer.header.Get("Event-Position") != "42" || f.subject != "ada" {
		t.Errorf("got %d %v %s", answer.status, answer.header, answer.body)
	}
	if known := tell(t, f, http.MethodGet, path, "", "If-None-Match", `"4"`); known.status != 304 {
		t.Errorf("got %d", known.status)
	}
	f.row.Status, f.row.Code, f.row.Reference, f.row.Parked = "debited", "", "", 41
	answer = tell(t, f, http.MethodGet, path, "")
	if strings.Contains(answer.body, "code") || strings.Contains(answer.body, "reference") || answer.header.Get("Parked-Position") != "41" {
		t.Errorf("got %v %s", answer.header, answer.body)
	}
	if none := tell(t, f, http.MethodGet, transfersPath+"/"+nobody.String(), ""); none.status != 404 || none.header.Get("Event-Position") != "42" {
		t.Errorf("got %d %v %s", none.status, none.header, none.body)
	}
	if tell(t, f, http.MethodGet, path, "", "Min-Position", "41"); f.waited[0] != transfers.Name {
		t.Errorf("waited for %v", f.waited)
	}
}

func TestTransfersAreListed(t *testing.T) {
	t.Parallel()
	f := newSentFake()
	f.next = &transfers.Cursor{Key: "2026-01-31 12:00:00.123456+00", ID: ada}
	list := transfersPath + "?account=" + ada.String()
	answer := tell(t, f, http.MethodGet, list+"&limit=1", "")
	if answer.status != 200 || !strings.Contains(answer.body, `"next_cursor"`) || !strings.HasPrefix(answer.header.Get("Link"), "<transfers?account=") {
		t.Errorf("got %d %v %s", answer.status, answer.header, answer.body)
	}
	if diff := cmp.Diff(transfers.Filter{Subject: "ada", From: ada, Limit: 1}, f.filter); diff != "" {
		t.Error(diff)
	}
	cursor := *query.Cursor{Of: transfers.Name, Key: f.next.Key, ID: ada}.Encode()
	f.row.Parked = 41
	answer = tell(t, f, http.MethodGet, list+"&cursor="+cursor, "")
	if answer.status != 200 || !strings.Contains(answer.body, `"parked_position":"41"`) || !strings.Contains(answer.body, `"incomplete":true`) {
		t.Errorf("got %d %s", answer.status, answer.body)
	}
	if diff := cmp.Diff(f.next, f.filter.After); diff != "" || f.filter.Limit != 50 {
		t.Errorf("limit %d, %s", f.filter.Limit, diff)
	}
	for _, wrong := range []string{transfersPath, transfersPath + "?account=x", list + "&cursor=x", list + "&cursor=" + *query.Cursor{Of: "opened_at", ID: ada}.Encode(), list + "&sort=amount"} {
		if refused := tell(t, f, http.MethodGet, wrong, ""); refused.status != 400 {
			t.Errorf("%s: got %d %s", wrong, refused.status, refused.body)
		}
	}
	f.fail = sqlError("22007")
	if refused := tell(t, f, http.MethodGet, list+"&cursor="+cursor, ""); refused.errorOf(t, "cursor") == "" {
		t.Errorf("got %d %s", refused.status, refused.body)
	}
}
