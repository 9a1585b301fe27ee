package live

import (
	"errors"
	"testing"

	"example.com/pgcqrs/engine/edge/problem"
)

func TestTheClientsFavouriteFormIsChosen(t *testing.T) {
	t.Parallel()
	for accept, want := range map[string]Form{
		"": Page, "*/*": Page, "application/json": Page, "text/event-stream": Events, "application/x-ndjson": Lines, "text/*": Events,
		"text/html, text/event-stream;q=0.5": Events, "application/json;q=0.1, application/x-ndjson;q=0.2": Lines,
		"application/json, text/event-stream": Page, "nonsense, application/x-ndjson": Lines, "text/event-stream;q=x, application/json": Page,
	} {
		if got, err := FormOf(accept); got != want || err != nil {
			t.Errorf("%q: got %d, %v, want %d", accept, got, err, want)
		}
	}
	for accept, want := range map[string]Form{ // the most specific range counts
		"text/event-stream;q=0, text/*, application/json;q=0.1": Page, "application/json;q=0, */*": Events, "application/json;q=0.5, */*": Events,
		`text/event-stream;x="a,b"`: Events, "application/json;q=1.5, text/event-stream;q=0.1": Events, "application/*;q=0.5, application/x-ndjson": Lines, "*/*;q=0.1": Page,
	} {
		if got, err := FormOf(accept); got != want || err != nil {
			t.Errorf("%q: got %d, %v, want %d", accept, got, err, want)
		}
	}
	for _, accept := range []string{"application/json;q=inf", "text/html", "image/png, text/plain", "text/event-stream;q=0", ";"} {
		if _, err := FormOf(accept); !errors.Is(err, problem.ErrNotAcceptable) {
			t.Errorf("%q: got %v", accept, err)
		}
	}
}

func TestFramesAreWhatTheirFormSays(t *testing.T) {
	t.Parallel()
	body := []byte(`{"a":1}`)
	for _, test := range []struct{ got, want string }{
		{string(Events.frameOf(7, "x.y", body)), "id: 7\nevent: x.y\ndata: {\"a\":1}\n\n"},
		{string(Lines.frameOf(7, "x.y", body)), "{\"a\":1}\n"},
		{string(Events.positionOf(8)), "id: 8\nevent: position\ndata: {\"position\":\"8\"}\n\n"},
		{string(Lines.positionOf(8)), "{\"position\":\"8\"}\n"},
		{string(Events.endOf(9, "c", "d")), "id: 9\nevent: end\ndata: {\"code\":\"c\",\"detail\":\"d\",\"position\":\"9\"}\n\n"},
		{string(Lines.endOf(9, "c", "d")), "{\"end\":{\"code\":\"c\",\"detail\":\"d\",\"position\":\"9\"}}\n"},
	} {
		if test.got != test.want {
			t.Errorf("got %q, want %q", test.got, test.want)
		}
	}
}
