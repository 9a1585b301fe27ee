package http_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
)

// The trail is a list of who did what and when. Only operators of the service can query the trail.
func TestTheTrailSaysWhoDidWhat(t *testing.T) {
	t.Parallel()
	g := newGuarded(t)
	start := time.Now().UTC().Add(-time.Second)
	var ids []string
	flows, requests := map[string]string{"ada": uuid.NewString(), "bob": uuid.NewString()}, make(map[string]bool)
	for _, subject := range []string{"ada", "bob", "ada"} {
		opened := g.post("/v1/accounts", `{"owner":"Someone Private","currency":"EUR"}`, append(g.as(subject, both), "X-Correlation-Id", flows[subject], "X-Request-Id", "Someone Private")...)
		g.want(opened, 201, "")
		ids = append(ids, opened.Header.Get("Location"))
		requests[opened.Header.Get("X-Request-Id")] = true
	}
	g.want(g.post(ids[0]+"/deposits", `{"amount":1}`, g.as("ada", both)...), 200, "")
	operator := g.as("olga", "operate")
	for query, want := range map[string]string{
		"":                                     "ada bob ada ada",
		"?actor=ada":                           "ada ada ada",
		"?actor=ada&type=account.opened":       "ada ada",
		"?actor=nobody":                        "",
		"?since=" + start.Format(time.RFC3339): "ada bob ada ada",
		"?until=" + start.Format(time.RFC3339): "",
		"?since=" + start.Add(time.Hour).Format(time.RFC3339): "",
	} {
		answer := g.get("/v1/trail"+query, "", operator...)
		g.want(answer, 200, "")
		var page struct {
			Items []struct{ Actor, Type, CausationID, CorrelationID string }
		}
		if err := json.Unmarshal([]byte(strings.ReplaceAll(answer.Body, "_id", "id")), &page); err != nil {
			t.Fatal(err)
		}
		var actors []string
		for _, entry := range page.Items {
			actors = append(actors, entry.Actor)
			if entry.Type == "account.opened" && (!requests[entry.CausationID] || entry.CorrelationID != flows[entry.Actor]) {
				t.Errorf("entry %+v", entry)
			}
		}
		if got := strings.Join(actors, " "); got != want || strings.Contains(answer.Body, "Private") {
			t.Errorf("%s: got %s of %s, want %s", query, got, answer.Body, want)
		}
	}
	page := g.get("/v1/trail?limit=3", "", operator...).Fields(t)
	rest := g.get(fmt.Sprintf("/v1/trail?limit=3&cursor=%s", page["next_cursor"]), "", operator...).Fields(t)
	three, _ := page["items"].([]any)
	one, _ := rest["items"].([]any)
	if len(three) != 3 || len(one) != 1 || rest["next_cursor"] != nil {
		t.Errorf("pages %v and %v", page, rest)
	}
}
