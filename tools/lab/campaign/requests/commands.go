//go:build linux

package requests

import (
	"fmt"
	"net/http"
	"strconv"

	"github.com/google/uuid"

	"example.com/pgcqrs/tools/lab/campaign/answers"
	"example.com/pgcqrs/tools/lab/campaign/sample"
	"example.com/pgcqrs/tools/lab/load/drive/wire"
)

func RequestOf(what answers.Command) wire.Request {
	if sample.IsPerson(what.Kind) {
		return ofPerson(what)
	}
	key := what.Key.String()
	r := wire.Request{Method: http.MethodPost, Key: key, Correlation: key, Path: "/v1/accounts/" + what.Account.String()}
	text := sample.TextOf(what.Kind, what.Key)
	switch what.Kind {
	case sample.Opened:
		r.Path, r.Body = "/v1/accounts", fmt.Appendf(nil, `{"id":"%s","owner":"%s","currency":"%s"`, what.Account, text, sample.CurrencyOf(what.Account))
		if what.Customer != uuid.Nil {
			r.Body = fmt.Appendf(r.Body, `,"customer_id":"%s"`, what.Customer)
		}
		r.Body = append(r.Body, '}')
	case sample.Deposited, sample.Withdrawn:
		r.Path += map[string]string{sample.Deposited: "/deposits", sample.Withdrawn: "/withdrawals"}[what.Kind]
		r.Body = fmt.Appendf(nil, `{"amount":%d,"reference":"%s"}`, what.Amount, text)
	case sample.Closed:
		r.Path, r.Body = r.Path+"/closure", []byte("{}")
	case sample.Requested:
		r.Path, r.Body = "/v1/transfers", fmt.Appendf(nil, `{"from":"%s","to":"%s","amount":%d,"reference":"%s"}`, what.Account, what.Target, what.Amount, text)
	case answers.Moved:
		r.Path, r.Body = r.Path+"/closure", fmt.Appendf(nil, `{"move_balance_to":"%s"}`, what.Target)
	}
	if what.IfMatch > 0 {
		r.IfMatch = strconv.FormatInt(what.IfMatch, 10)
	}
	return r
}

// ofPerson returns the request for a command about a customer. The request for an erasure has no
// Idempotency-Key, because a repeated erasure is harmless.
func ofPerson(what answers.Command) wire.Request {
	r := wire.Request{Method: http.MethodPost, Key: what.Key.String(), Correlation: what.Key.String(), Path: "/v1/customers"}
	contact := fmt.Sprintf(`"name":%q,"email":%q}`, sample.FullNameOf(what.Key), sample.EmailOf(what.Key))
	switch what.Kind {
	case sample.Registered:
		r.Body = fmt.Appendf(nil, `{"id":"%s",%s`, what.Account, contact)
	case sample.Changed:
		r.Path, r.Body = r.Path+"/"+what.Account.String()+"/contact", []byte("{"+contact)
	case sample.Erased:
		r.Method, r.Key, r.Path = http.MethodDelete, "", r.Path+"/"+what.Account.String()
	}
	return r
}
