//go:build linux

package requests

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/google/uuid"

	"example.com/pgcqrs/tools/lab/campaign/answers"
	"example.com/pgcqrs/tools/lab/campaign/sample"
)

func PathOf(r answers.Reading, newest bool) string {
	switch r.Of {
	case answers.OfStatement:
		return fmt.Sprintf("/v1/accounts/%s/statement?limit=%d", r.Account, answers.PerPage)
	case answers.OfList:
		if newest {
			return fmt.Sprintf("/v1/accounts?sort=-opened_at&limit=%d", answers.PerPage)
		}
		return fmt.Sprintf("/v1/accounts?limit=%d", answers.PerPage)
	default:
		return "/v1/accounts/" + r.Account.String()
	}
}

// account is the JSON that the service returns for an account, and line is the JSON for one line of
// an account statement.
type (
	Account struct {
		ID               uuid.UUID
		Owner            string
		Version, Balance int64
	}
	line struct {
		Version, Balance int64
		Reference        string
	}
)

// Said reads the answer to a query for one account, a page of accounts, or an account statement. If
// the body is not complete JSON, the result is one Reading with the status 0, which means that
// there was no answer.
func Said(one answers.Reading, body []byte) []answers.Reading {
	nothing := one
	nothing.Status = 0
	switch {
	case one.Status != http.StatusOK: // a refusal contains no account
		return []answers.Reading{one}
	case one.Of == answers.OfAccount:
		var got Account
		if json.Unmarshal(body, &got) != nil {
			return []answers.Reading{nothing}
		}
		one.Version, one.Balance, one.Text = got.Version, got.Balance, sample.DigestOf(got.Owner)
		return []answers.Reading{one}
	case one.Of == answers.OfStatement:
		var got struct{ Items []line }
		if json.Unmarshal(body, &got) != nil {
			return []answers.Reading{nothing}
		}
		if one.Lines = len(got.Items); one.Lines > 0 {
			one.Version, one.Balance = got.Items[one.Lines-1].Version, got.Items[one.Lines-1].Balance
		}
		var texts strings.Builder
		for _, l := range got.Items {
			texts.WriteString(l.Reference)
		}
		one.Text = sample.DigestOf(texts.String())
		return []answers.Reading{one}
	}
	var got struct{ Items []Account }
	if json.Unmarshal(body, &got) != nil {
		return []answers.Reading{nothing}
	}
	page := make([]answers.Reading, 0, len(got.Items))
	for _, a := range got.Items {
		one.Account, one.Version, one.Balance, one.Text = a.ID, a.Version, a.Balance, sample.DigestOf(a.Owner)
		page = append(page, one)
	}
	return page
}

// CodeOf returns the code of a problem document, or "" if the body is no problem document.
func CodeOf(body []byte) string {
	var problem struct{ Code string }
	_ = json.Unmarshal(body, &problem) // an invalid body has no code
	return problem.Code
}
