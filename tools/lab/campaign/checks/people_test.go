//go:build linux

package checks

import (
	"math"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/tools/lab/campaign/answers"
	"example.com/pgcqrs/tools/lab/campaign/copies"
	"example.com/pgcqrs/tools/lab/campaign/evidence"
	"example.com/pgcqrs/tools/lab/campaign/history"
	"example.com/pgcqrs/tools/lab/campaign/readmodels"
	"example.com/pgcqrs/tools/lab/campaign/sample"
	"example.com/pgcqrs/tools/lab/campaign/tokens"
)

// These constants are indexes in the log. The events of the two customers that addPeople adds begin
// at these indexes.
const (
	lives  = 6 // the registration of the first customer; her contact changes at index 7
	erasee = 8 // the registration of the other customer; at index 9 this customer is erased, and then an account for this customer was refused
)

// addPeople adds two customers to a history without violations. One of the two customers is erased.
// addPeople also adds the answers to queries for these customers, the customers' encryption keys,
// and the places in which the customers' texts were searched for.
func addPeople(h *history.History) {
	eve, sam := uuid.New(), uuid.New()
	first := len(h.Calls)
	for _, c := range []struct {
		id   uuid.UUID
		kind string
	}{{eve, sample.Registered}, {eve, sample.Changed}, {sam, sample.Registered}, {sam, sample.Erased}} {
		did(h, c.id, c.kind, 0)
		if last := &h.Log[len(h.Log)-1]; c.kind == sample.Erased {
			last.Encrypted = sample.DigestOf(" ")
		} else {
			last.Encrypted = sample.DigestOf("encrypted " + last.Key.String())
		}
	}
	referral := answered(h, answers.Command{Key: uuid.New(), Account: uuid.New(), Kind: sample.Opened, Amount: 0, IfMatch: 0, Customer: sam})
	referral.Status, referral.Code = 422, "customer_erased"
	exists := answered(h, answers.Command{Key: uuid.New(), Account: eve, Kind: sample.Registered, Amount: 0, IfMatch: 0, Customer: uuid.Nil})
	exists.Status, exists.Code = 422, "customer_exists"
	for i := range h.Calls[first:] {
		c := &h.Calls[first+i]
		if c.Token = 2; c.Command.Kind != sample.Erased {
			h.Keys[c.Command.Key] = c.Succeeded()
		}
	}
	h.Issued = []time.Duration{-time.Minute, -time.Minute}
	h.Tail = slices.Clone(h.Log)
	for _, e := range h.Log[lives:] {
		h.Published = append(h.Published, history.Published{Id: e.Id, Account: e.Account, Text: e.Text})
	}
	h.Models.Customers[eve] = history.Customer{Status: "registered", Version: 2, Encrypted: h.Log[lives+1].Encrypted}
	h.Models.Customers[sam] = history.Customer{Status: "erased", Version: 2, Encrypted: sample.DigestOf(" ")}
	h.Copies = map[string][copies.Buckets]copies.Row{"copy_01": readmodels.Copied(h.Log), "copy_02": readmodels.Copied(h.Log)}
	h.Own = []history.OwnReport{{Verb: "verify", About: 8, Left: 2}, {Verb: "reconciling of balances", About: 10}, {Verb: "reconciling of customers", About: 10}}
	h.Persons = history.KeyRows{
		Persons: map[uuid.UUID]bool{eve: true}, Lookups: map[uuid.UUID]int{eve: 1},
		Erased: map[uuid.UUID]bool{sam: true}, Erasures: map[uuid.UUID]bool{sam: true},
	}
	for _, place := range []string{"tables", "data of the primary", "WAL of the primary", "the broker"} {
		h.Searched = append(h.Searched, history.Searched{Place: place, Bytes: 1 << 20, Has: true, Clear: true})
	}
	h.Logs = []history.Logged{{Program: "api0", Lines: 100}, {Program: "projector0", Lines: 50}}
	h.People = peopleRead(h, eve, sam)
}

// peopleRead returns the answers to queries about the two customers. Some queries were sent before
// the first customer changed her contact, and some at the end of the run.
func peopleRead(h *history.History, eve, sam uuid.UUID) []answers.PersonRead {
	first, last, gone := h.Log[lives].Key, h.Log[lives+1].Key, h.Log[erasee].Key
	none := sample.Digest{}
	return []answers.PersonRead{
		{Customer: eve, Of: answers.OfPersonItself, By: sample.Subject, Min: 7, At: 7, Done: math.MaxInt64, Status: 200, State: "registered", Version: 1, Text: sample.ContactOf(first)},
		{Customer: sam, Of: answers.OfPersonItself, By: sample.Subject, At: 9, Done: math.MaxInt64, Status: 200, State: "erased", Version: 1, Text: none}, // the key was destroyed meanwhile
		{Customer: eve, Of: answers.OfLookUp, By: sample.Subject, Contact: first, Min: 7, At: 7, Status: 200, Found: []uuid.UUID{eve}},
		{Customer: eve, Of: answers.OfPersonItself, By: sample.Subject, Last: true, Min: 10, At: 10, Status: 200, State: "registered", Version: 2, Text: sample.ContactOf(last)},
		{Customer: eve, Of: answers.OfLookUp, By: sample.Subject, Last: true, Contact: last, Min: 10, At: 10, Status: 200, Found: []uuid.UUID{eve}},
		{Customer: eve, Of: answers.OfExport, By: sample.Subject, Last: true, Min: 10, At: 10, Status: 200, State: "registered", Version: 2, Text: sample.ContactOf(last), Events: []sample.Digest{sample.ContactOf(first), sample.ContactOf(last)}},
		{Customer: eve, Of: answers.OfLookUp, By: sample.Stranger, Last: true, Contact: last, Min: 10, At: 10, Status: 200},
		{Customer: eve, Of: answers.OfLookUp, By: sample.Subject, Last: true, Contact: first, Min: 10, At: 10, Status: 200},
		{Customer: sam, Of: answers.OfPersonItself, By: sample.Subject, Last: true, Min: 10, At: 10, Status: 200, State: "erased", Version: 2, Text: none},
		{Customer: sam, Of: answers.OfLookUp, By: sample.Subject, Last: true, Contact: gone, Min: 10, At: 10, Status: 200},
		{Customer: sam, Of: answers.OfExport, By: sample.Subject, Last: true, Min: 10, At: 10, Status: 200, State: "erased", Version: 2, Text: none, Events: []sample.Digest{none, none}},
	}
}

// This test changes what a history contains about customers. Each change violates a guarantee, and
// a check must find it.
func TestDoctoredPeopleAreFound(t *testing.T) {
	t.Parallel()
	for name, doctored := range map[string]struct {
		check string
		harm  func(h *history.History)
	}{
		"a contact that was read was of before":     {"people", func(h *history.History) { h.People[0].Text = sample.ContactOf(uuid.New()) }},
		"a customer ran ahead of their version":     {"people", func(h *history.History) { h.People[0].Version++ }},
		"Min-Position lied about a customer":        {"people", func(h *history.History) { h.People[0].Min = 8 }},
		"a customer was shown who was erased":       {"people", func(h *history.History) { h.People[1].At, h.People[1].Version, h.People[1].State = 10, 2, "registered" }},
		"a customer was not found who is there":     {"people", func(h *history.History) { h.People[0].Status = 404 }},
		"somebody living was shown as erased":       {"people", func(h *history.History) { h.People[0].State, h.People[0].Text = "erased", sample.Digest{} }},
		"a look-up found nobody":                    {"people", func(h *history.History) { h.People[2].Found = nil }},
		"a look-up found somebody else, too":        {"people", func(h *history.History) { h.People[2].Found = append(h.People[2].Found, h.Log[erasee].Account) }},
		"a customer is lost":                        {"customers", func(h *history.History) { h.People = slices.Delete(h.People, 3, 4) }},
		"a customer can't be read":                  {"customers", func(h *history.History) { h.People[3].Status = 503 }},
		"a customer has another contact":            {"customers", func(h *history.History) { h.People[3].Text = sample.ContactOf(h.Log[lives].Key) }},
		"a customer is not found by the address":    {"customers", func(h *history.History) { h.People[4].Found = nil }},
		"an export lacks an event":                  {"customers", func(h *history.History) { h.People[5].Events = h.People[5].Events[:1] }},
		"an export has another contact":             {"customers", func(h *history.History) { h.People[5].Events[0] = sample.ContactOf(uuid.New()) }},
		"a stranger finds a customer":               {"customers", func(h *history.History) { h.People[6].Found = []uuid.UUID{h.Log[lives].Account} }},
		"a customer is found by a former address":   {"customers", func(h *history.History) { h.People[7].Found = []uuid.UUID{h.Log[lives].Account} }},
		"an erased person is shown":                 {"customers", func(h *history.History) { h.People[8].Text = sample.ContactOf(h.Log[erasee].Key) }},
		"an erased person is found":                 {"customers", func(h *history.History) { h.People[9].Found = []uuid.UUID{h.Log[erasee].Account} }},
		"an erased person is not said to be":        {"customers", func(h *history.History) { h.People[8].State = "registered" }},
		"an erased person's contact is exported":    {"customers", func(h *history.History) { h.People[10].Events[1] = sample.ContactOf(h.Log[erasee].Key) }},
		"a customer's key is lost":                  {"customers", func(h *history.History) { clear(h.Persons.Persons) }},
		"an erased person has a key":                {"customers", func(h *history.History) { h.Persons.Persons[h.Log[erasee].Account] = true }},
		"a refused registration has left a key":     {"customers", func(h *history.History) { h.Persons.Persons[uuid.New()] = true }},
		"a refused registration has left a look-up": {"customers", func(h *history.History) { h.Persons.Lookups[uuid.New()] = 1 }},
		"a former address is still looked up":       {"customers", func(h *history.History) { h.Persons.Lookups[h.Log[lives].Account]++ }},
		"an erasure is not noted":                   {"customers", func(h *history.History) { clear(h.Persons.Erased) }},
		"an erasure is not noted beside the log":    {"customers", func(h *history.History) { clear(h.Persons.Erasures) }},
		"somebody who lives is noted as erased":     {"customers", func(h *history.History) { h.Persons.Erased[h.Log[lives].Account] = true }},
		"a contact is changed after the erasure":    {"rules", func(h *history.History) { h.Log[erasee+1].Kind, h.Log[erasee].Kind = sample.Registered, sample.Erased }},
		"an account for somebody who was erased": {"linearizable", func(h *history.History) {
			n := slices.IndexFunc(h.Calls, func(c answers.Call) bool { return c.Code == "customer_erased" })
			h.Calls[n].Status, h.Calls[n].Code, h.Calls[n].Version = 201, "", 1
		}},
		"an account was refused for who lives": {"linearizable", func(h *history.History) {
			n := slices.IndexFunc(h.Calls, func(c answers.Call) bool { return c.Code == "customer_erased" })
			h.Calls[n].Command.Customer = h.Log[lives].Account
		}},
		"a customer's row is missing":             {"read models", func(h *history.History) { delete(h.Models.Customers, h.Log[lives].Account) }},
		"a customer's row has what was encrypted": {"read models", func(h *history.History) { touch(h.Models.Customers, func(c *history.Customer) { c.Encrypted[0]++ }) }},
		"a customer's message is missing":         {"messages", func(h *history.History) { h.Published = h.Published[:len(h.Published)-1] }},
		"a text is in a table":                    {"nowhere", func(h *history.History) { h.Searched[0].Found = []string{"1 rows of balances"} }},
		"nobody has looked into the WAL":          {"nowhere", func(h *history.History) { h.Searched[2].Clear = false }},
		"a line of a log is not described":        {"logs", func(h *history.History) { h.Logs[1].Wrong = []string{"the message \"x\" is not listed"} }},
		"a valid token was refused":               {"tokens", func(h *history.History) { h.Calls[len(h.Calls)-1].Status = 401 }},
		"a stranger's token was taken":            {"tokens", func(h *history.History) { h.Intrusions = []history.Intrusion{{Process: 0, Status: 200}} }},
		"a known key was not, and its issuer was away": {"tokens", func(h *history.History) {
			last := len(h.Calls) - 1
			h.Spans = []history.Span{{Kind: "issuer-away", Process: -1, From: h.Calls[last].Sent - 1, To: h.Calls[last].Done + 1}}
			h.Calls[last].Status, h.Calls[last].Code = 503, "issuer_unavailable"
		}},
	} {
		finds(t, name, doctored.check, doctored.harm)
	}
}

// In each history of this test, the API refuses a token of the issuer and is allowed to do so, for
// example because the token's key is new. So the check must report no violation.
func TestRefusedTokensAreExcused(t *testing.T) {
	t.Parallel()
	for name, excuse := range map[string]func(h *history.History, c *answers.Call){
		"its key is new":        func(h *history.History, c *answers.Call) { h.Issued[1] = c.Sent - tokens.KeysKnownIn + 1 },
		"its key was withdrawn": func(h *history.History, c *answers.Call) { c.Token, h.Issued = 1, append(h.Issued, c.Done) },
		"the issuer was away, its key unknown": func(h *history.History, c *answers.Call) {
			h.Spans = []history.Span{{Kind: "issuer-away", Process: -1, From: c.Sent - 1, To: c.Done + 1}}
			c.Token = 1
		},
		"the issuer was away, its key known and withdrawn": func(h *history.History, c *answers.Call) {
			h.Spans = []history.Span{{Kind: "issuer-away", Process: -1, From: c.Sent - 1, To: c.Done + 1}}
			h.Issued = append(slices.Repeat(h.Issued[:1], c.Token), c.Sent-1, c.Sent)
		},
		"the process was killed meanwhile": func(h *history.History, c *answers.Call) {
			h.Spans = []history.Span{{Kind: "issuer-away", Process: -1, From: c.Sent - 2, To: c.Done + 1}, {Kind: "kill-api", Process: 0, From: c.Sent - 1, To: c.Sent - 1}}
		},
	} {
		h := sound()
		c := &h.Calls[len(h.Calls)-1]
		c.Status = 401
		excuse(h, c)
		v := evidence.Verdict{}
		if tokens.Check(evidence.New(h), &v); v.Count > 0 || v.Looked == 0 {
			t.Errorf("%s: %+v", name, v)
		}
	}
}
