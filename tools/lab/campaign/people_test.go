//go:build linux

package main

import (
	"encoding/base64"
	"encoding/hex"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/tools/lab/campaign/copies"
)

// The customers of a sound history, and where their events are in its log.
const (
	lives  = 6 // registered; 7: her contact changes
	erasee = 8 // registered; 9: erased, and an account was refused for them
)

// addPeople adds two customers to a sound history, one of whom is erased: how they were read meanwhile and at the end, what
// there is of their keys, and where their texts were looked for.
func addPeople(h *history) {
	eve, sam := uuid.New(), uuid.New()
	first := len(h.calls)
	for _, c := range []struct {
		id   uuid.UUID
		kind string
	}{{eve, registered}, {eve, changed}, {sam, registered}, {sam, erased}} {
		did(h, c.id, c.kind, 0)
		if last := &h.log[len(h.log)-1]; c.kind == erased {
			last.encrypted = digestOf(" ")
		} else {
			last.encrypted = digestOf("encrypted " + last.key.String())
		}
	}
	referral := answered(h, command{uuid.New(), uuid.New(), opened, 0, 0, sam})
	referral.status, referral.code = 422, "customer_erased"
	exists := answered(h, command{uuid.New(), eve, registered, 0, 0, uuid.Nil})
	exists.status, exists.code = 422, "customer_exists"
	for i := range h.calls[first:] {
		c := &h.calls[first+i]
		if c.token = 2; c.kind != erased {
			h.keys[c.key] = c.succeeded()
		}
	}
	h.issued = []time.Duration{-time.Minute, -time.Minute}
	h.tail = slices.Clone(h.log)
	for _, e := range h.log[lives:] {
		h.published = append(h.published, published{e.id, e.account, e.text})
	}
	h.models.customers[eve] = customer{"registered", 2, h.log[lives+1].encrypted}
	h.models.customers[sam] = customer{"erased", 2, digestOf(" ")}
	h.copies = map[string][copies.Buckets]copies.Row{"copy_01": copied(h.log), "copy_02": copied(h.log)}
	h.own = []ownReport{{verb: "verify", about: 8, left: 2}, {verb: "reconciling of balances", about: 10}, {verb: "reconciling of customers", about: 10}}
	h.persons = keyRows{
		persons: map[uuid.UUID]bool{eve: true}, lookups: map[uuid.UUID]int{eve: 1},
		erased: map[uuid.UUID]bool{sam: true}, erasures: map[uuid.UUID]bool{sam: true},
	}
	for _, place := range []string{"tables", "data of the primary", "WAL of the primary", "the broker"} {
		h.searched = append(h.searched, searched{place: place, bytes: 1 << 20, has: true, clear: true})
	}
	h.people = peopleRead(h, eve, sam)
}

// peopleRead are the answers about two customers: while the first had her first contact, and at the end.
func peopleRead(h *history, eve, sam uuid.UUID) []personRead {
	first, last, gone := h.log[lives].key, h.log[lives+1].key, h.log[erasee].key
	none := digest{}
	return []personRead{
		{customer: eve, of: ofPersonItself, by: subject, min: 7, at: 7, done: math.MaxInt64, status: 200, state: "registered", version: 1, text: contactOf(first)},
		{customer: sam, of: ofPersonItself, by: subject, at: 9, done: math.MaxInt64, status: 200, state: "erased", version: 1, text: none}, // its key went meanwhile
		{customer: eve, of: ofLookUp, by: subject, contact: first, min: 7, at: 7, status: 200, found: []uuid.UUID{eve}},
		{customer: eve, of: ofPersonItself, by: subject, last: true, min: 10, at: 10, status: 200, state: "registered", version: 2, text: contactOf(last)},
		{customer: eve, of: ofLookUp, by: subject, last: true, contact: last, min: 10, at: 10, status: 200, found: []uuid.UUID{eve}},
		{customer: eve, of: ofExport, by: subject, last: true, min: 10, at: 10, status: 200, state: "registered", version: 2, text: contactOf(last), events: []digest{contactOf(first), contactOf(last)}},
		{customer: eve, of: ofLookUp, by: stranger, last: true, contact: last, min: 10, at: 10, status: 200},
		{customer: eve, of: ofLookUp, by: subject, last: true, contact: first, min: 10, at: 10, status: 200},
		{customer: sam, of: ofPersonItself, by: subject, last: true, min: 10, at: 10, status: 200, state: "erased", version: 2, text: none},
		{customer: sam, of: ofLookUp, by: subject, last: true, contact: gone, min: 10, at: 10, status: 200},
		{customer: sam, of: ofExport, by: subject, last: true, min: 10, at: 10, status: 200, state: "erased", version: 2, text: none, events: []digest{none, none}},
	}
}

// Each way to be wrong about a person is found, too.
func TestDoctoredPeopleAreFound(t *testing.T) {
	t.Parallel()
	for name, doctored := range map[string]struct {
		check string
		harm  func(h *history)
	}{
		"a contact that was read was of before":     {"people", func(h *history) { h.people[0].text = contactOf(uuid.New()) }},
		"a customer ran ahead of their version":     {"people", func(h *history) { h.people[0].version++ }},
		"Min-Position lied about a customer":        {"people", func(h *history) { h.people[0].min = 8 }},
		"a customer was shown who was erased":       {"people", func(h *history) { h.people[1].at, h.people[1].version, h.people[1].state = 10, 2, "registered" }},
		"a customer was not found who is there":     {"people", func(h *history) { h.people[0].status = 404 }},
		"somebody living was shown as erased":       {"people", func(h *history) { h.people[0].state, h.people[0].text = "erased", digest{} }},
		"a look-up found nobody":                    {"people", func(h *history) { h.people[2].found = nil }},
		"a look-up found somebody else, too":        {"people", func(h *history) { h.people[2].found = append(h.people[2].found, h.log[erasee].account) }},
		"a customer is lost":                        {"customers", func(h *history) { h.people = slices.Delete(h.people, 3, 4) }},
		"a customer can't be read":                  {"customers", func(h *history) { h.people[3].status = 503 }},
		"a customer has another contact":            {"customers", func(h *history) { h.people[3].text = contactOf(h.log[lives].key) }},
		"a customer is not found by the address":    {"customers", func(h *history) { h.people[4].found = nil }},
		"an export lacks an event":                  {"customers", func(h *history) { h.people[5].events = h.people[5].events[:1] }},
		"an export has another contact":             {"customers", func(h *history) { h.people[5].events[0] = contactOf(uuid.New()) }},
		"a stranger finds a customer":               {"customers", func(h *history) { h.people[6].found = []uuid.UUID{h.log[lives].account} }},
		"a customer is found by a former address":   {"customers", func(h *history) { h.people[7].found = []uuid.UUID{h.log[lives].account} }},
		"an erased person is shown":                 {"customers", func(h *history) { h.people[8].text = contactOf(h.log[erasee].key) }},
		"an erased person is found":                 {"customers", func(h *history) { h.people[9].found = []uuid.UUID{h.log[erasee].account} }},
		"an erased person is not said to be":        {"customers", func(h *history) { h.people[8].state = "registered" }},
		"an erased person's contact is exported":    {"customers", func(h *history) { h.people[10].events[1] = contactOf(h.log[erasee].key) }},
		"a customer's key is lost":                  {"customers", func(h *history) { clear(h.persons.persons) }},
		"an erased person has a key":                {"customers", func(h *history) { h.persons.persons[h.log[erasee].account] = true }},
		"a refused registration has left a key":     {"customers", func(h *history) { h.persons.persons[uuid.New()] = true }},
		"a refused registration has left a look-up": {"customers", func(h *history) { h.persons.lookups[uuid.New()] = 1 }},
		"a former address is still looked up":       {"customers", func(h *history) { h.persons.lookups[h.log[lives].account]++ }},
		"an erasure is not noted":                   {"customers", func(h *history) { clear(h.persons.erased) }},
		"an erasure is not noted beside the log":    {"customers", func(h *history) { clear(h.persons.erasures) }},
		"somebody who lives is noted as erased":     {"customers", func(h *history) { h.persons.erased[h.log[lives].account] = true }},
		"a contact is changed after the erasure":    {"rules", func(h *history) { h.log[erasee+1].kind, h.log[erasee].kind = registered, erased }},
		"an account for somebody who was erased": {"linearizable", func(h *history) {
			n := slices.IndexFunc(h.calls, func(c call) bool { return c.code == "customer_erased" })
			h.calls[n].status, h.calls[n].code, h.calls[n].version = 201, "", 1
		}},
		"an account was refused for who lives": {"linearizable", func(h *history) {
			n := slices.IndexFunc(h.calls, func(c call) bool { return c.code == "customer_erased" })
			h.calls[n].customer = h.log[lives].account
		}},
		"a customer's row is missing":             {"read models", func(h *history) { delete(h.models.customers, h.log[lives].account) }},
		"a customer's row has what was encrypted": {"read models", func(h *history) { touch(h.models.customers, func(c *customer) { c.encrypted[0]++ }) }},
		"a customer's message is missing":         {"messages", func(h *history) { h.published = h.published[:len(h.published)-1] }},
		"a text is in a table":                    {"nowhere", func(h *history) { h.searched[0].found = []string{"1 rows of balances"} }},
		"nobody has looked into the WAL":          {"nowhere", func(h *history) { h.searched[2].clear = false }},
		"a valid token was refused":               {"tokens", func(h *history) { h.calls[len(h.calls)-1].status = 401 }},
		"a stranger's token was taken":            {"tokens", func(h *history) { h.intrusions = []intrusion{{0, 200}} }},
		"a known key was not, and its issuer was away": {"tokens", func(h *history) {
			last := len(h.calls) - 1
			h.spans = []span{{"issuer-away", -1, h.calls[last].sent - 1, h.calls[last].done + 1}}
			h.calls[last].status, h.calls[last].code = 503, "issuer_unavailable"
		}},
	} {
		finds(t, name, doctored.check, doctored.harm)
	}
}

// A token that need not be taken is no reason to complain of.
func TestRefusedTokensAreExcused(t *testing.T) {
	t.Parallel()
	for name, excuse := range map[string]func(h *history, c *call){
		"its key is new":                       func(h *history, c *call) { h.issued[1] = c.sent - keysKnownIn + 1 },
		"its key was withdrawn":                func(h *history, c *call) { c.token, h.issued = 1, append(h.issued, c.done) },
		"the issuer was away, its key unknown": func(h *history, c *call) { h.spans = []span{{"issuer-away", -1, c.sent - 1, c.done + 1}}; c.token = 1 },
		"the process was killed meanwhile": func(h *history, c *call) {
			h.spans = []span{{"issuer-away", -1, c.sent - 2, c.done + 1}, {"kill-api", 0, c.sent - 1, c.sent - 1}}
		},
	} {
		h := sound()
		c := &h.calls[len(h.calls)-1]
		c.status = 401
		excuse(h, c)
		v := verdict{}
		if tokens(newEvidence(h), &v); v.Count > 0 || v.Looked == 0 {
			t.Errorf("%s: %+v", name, v)
		}
	}
}

// A text is found in whatever form it is stored, and wherever in a file; and whoever has not looked is found out.
func TestTextsAreFoundInFiles(t *testing.T) {
	t.Parallel()
	email := emailOf(uuid.New())
	for name, text := range map[string]string{
		"in clear":                    email,
		"a name":                      fullNameOf(uuid.UUID{}),
		"in capitals":                 strings.ToUpper(email),
		"in hex":                      hex.EncodeToString([]byte(email)),
		"in base64":                   base64.StdEncoding.EncodeToString([]byte(email)),
		"in base64, one byte later":   base64.StdEncoding.EncodeToString([]byte("_" + email)),
		"in base64, two bytes later":  base64.RawURLEncoding.EncodeToString([]byte("__" + email)),
		"in base64, within a message": base64.URLEncoding.EncodeToString([]byte(`{"email":"` + email + `","name":""}`)),
	} {
		for _, before := range []int{0, 100, 4<<20 - 6, 4<<20 - 36, 9 << 20} {
			place, dir := &searched{has: true}, t.TempDir()
			content := strings.Repeat(".", before) + text + "...."
			if err := os.WriteFile(filepath.Join(dir, "table"), []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := lookInto(dir, func(string) *searched { return place }); err != nil || len(place.found) != 1 {
				t.Errorf("%s behind %d bytes: found %q, %v", name, before, place.found, err)
			}
		}
	}
	place, dir := &searched{}, t.TempDir()
	for name, content := range map[string]string{"one": strings.Repeat("-", 4<<20-4) + inClear, "other": "Ada", "third": ""} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := lookInto(dir, func(string) *searched { return place }); err != nil || len(place.found) > 0 || !place.clear || place.bytes != 4<<20+4+3 {
		t.Errorf("%+v, %v", place, err)
	}
}
