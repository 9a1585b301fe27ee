package edge_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
)

// The trail is a list of who did what and when. Only an operator can query the trail.
func TestTheTrailSaysWhoDidWhat(t *testing.T) {
	t.Parallel()
	s := newGuarded(t)
	start := time.Now().UTC().Add(-time.Second)
	var paths []string
	flows, requests := map[string]string{"ada": uuid.NewString(), "bob": uuid.NewString()}, make(map[string]bool)
	for _, subject := range []string{"ada", "bob", "ada"} {
		opened := s.post("/v1/tanks", `{"place":"Somewhere Private","unit":"litre"}`, s.as(subject, both, "X-Correlation-Id", flows[subject], "X-Request-Id", "Private")...)
		s.want(opened, 201, "")
		paths = append(paths, opened.Header.Get("Location"))
		requests[opened.Header.Get("X-Request-Id")] = true
	}
	s.want(s.post(paths[0]+"/fillings", `{"amount":1}`, s.as("ada", both)...), 200, "")
	operator := s.as("olga", "operate")
	for query, want := range map[string]string{
		"":                                     "ada bob ada ada",
		"?actor=ada":                           "ada ada ada",
		"?actor=ada&type=tank.built":           "ada ada",
		"?actor=nobody":                        "",
		"?since=" + start.Format(time.RFC3339): "ada bob ada ada",
		"?until=" + start.Format(time.RFC3339): "",
		"?since=" + start.Add(time.Hour).Format(time.RFC3339): "",
	} {
		answer := s.get("/v1/trail"+query, "", operator...)
		s.want(answer, 200, "")
		var page struct {
			Items []struct{ Actor, Type, CausationID, CorrelationID string }
		}
		if err := json.Unmarshal([]byte(strings.ReplaceAll(answer.Body, "_id", "id")), &page); err != nil {
			t.Fatal(err)
		}
		var actors []string
		for _, entry := range page.Items {
			actors = append(actors, entry.Actor)
			if entry.Type == "tank.built" && (!requests[entry.CausationID] || entry.CorrelationID != flows[entry.Actor]) {
				t.Errorf("entry %+v", entry)
			}
		}
		if got := strings.Join(actors, " "); got != want || strings.Contains(answer.Body, "Private") {
			t.Errorf("%s: got %s of %s, want %s", query, got, answer.Body, want)
		}
	}
	page := s.get("/v1/trail?limit=3", "", operator...)
	next, _ := page.Fields(t)["next_cursor"].(string)
	rest := s.get("/v1/trail?limit=3&cursor="+next, "", operator...).Fields(t)
	three, _ := page.Fields(t)["items"].([]any)
	one, _ := rest["items"].([]any)
	if len(three) != 3 || len(one) != 1 || rest["next_cursor"] != nil || !strings.Contains(page.Header.Get("Link"), next) {
		t.Errorf("pages %s and %v", page.Body, rest)
	}
	s.want(s.get("/v1/trail", "", s.as("ada", both)...), 403, "insufficient_scope")
}
