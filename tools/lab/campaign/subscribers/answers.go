//go:build linux

package subscribers

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
)

// read reads a streaming answer to its end. After each frame (one message of the answer), read
// calls the function came. It returns how the answer ended.
func (s *subscriber) read(body io.Reader, came func()) (ended string) {
	from, next := bufio.NewReader(body), nextOfEvents
	if s.plan.form.accept() == lines.accept() {
		next = nextOfLines
	}
	for {
		f, err := next(from)
		switch {
		case errors.Is(err, errForm):
			s.say("%v", err)
			return "bad frame"
		case err != nil:
			return "broken"
		}
		came()
		if f.kind == "end" {
			return s.ends(f)
		}
		s.take(f)
	}
}

// ends handles the last frame of a streaming answer, and returns the code in this frame, which says
// why the answer ended. ends records the position of the frame. After the code log_changed, ends
// makes the subscriber begin again instead.
func (s *subscriber) ends(f frame) (ended string) {
	if f.Code == "log_changed" {
		s.restart()
		return f.Code
	}
	if f.Code == "complete" && s.plan.form != export {
		s.say("an answer that goes on ended as complete, at %s", f.Position)
	}
	s.moveOn(f.Position)
	return f.Code
}

// page reads an HTTP answer that contains one page of events as JSON, and not a stream. It returns
// "page", or, if the answer is wrong or incomplete, what is wrong with it.
func (s *subscriber) page(response *http.Response) (ended string) {
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return "broken"
	}
	var got struct {
		Items    []json.RawMessage
		Position string
	}
	if err := json.Unmarshal(body, &got); err != nil {
		s.say("a page is no JSON: %v", err)
		return "bad page"
	}
	for _, item := range got.Items {
		f := frame{text: string(item)}
		if err := json.Unmarshal(item, &f); err != nil {
			s.say("an item of a page is no event: %v", err)
			return "bad page"
		}
		f.id, f.kind = f.Position, f.Type
		s.take(f)
	}
	s.moveOn(got.Position)
	if at, _ := strconv.ParseInt(response.Header.Get("Event-Position"), 10, 64); at != s.position {
		s.say("a page has the position %s, and its header says %d", got.Position, at)
	}
	return "page"
}
