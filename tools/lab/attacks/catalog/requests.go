//go:build linux

package catalog

import (
	"fmt"
	"net/http"
	"strings"

	"example.com/pgcqrs/tools/lab/attacks/generator"
)

// wait returns a read request for a position that the log does not reach. The service waits for
// this position as long as its time limit allows. The request has the token of one of the
// attacker's subjects.
func wait(g *generator.Generator, subject int, position int64) generator.Request {
	return generator.Request{
		Method: http.MethodGet, Path: g.Job.Account, Token: g.Job.Tokens[subject%len(g.Job.Tokens)],
		Headers: []string{"Min-Position", fmt.Sprint(position), "Prefer", "wait=30"},
	}
}

// past returns a request for an earlier state of an account that has many events.
func past(g *generator.Generator, until string) generator.Request {
	return generator.Request{Method: http.MethodGet, Path: g.Job.Long + "/events?limit=1&" + until, Token: g.Job.Tokens[0]}
}

func deposit(g *generator.Generator, token string) generator.Request {
	return generator.Request{Method: http.MethodPost, Path: g.Job.Account + "/deposits", Body: `{"amount":1}`, Token: token}
}

// head returns the request line and the headers of a request, without the empty line that ends the
// headers.
func head(g *generator.Generator, r generator.Request) string {
	var out strings.Builder
	fmt.Fprintf(&out, "%s %s HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\n", r.Method, r.Path, g.Job.API, r.Token)
	for i := 0; i+1 < len(r.Headers); i += 2 {
		fmt.Fprintf(&out, "%s: %s\r\n", r.Headers[i], r.Headers[i+1])
	}
	return out.String()
}

// fields returns a JSON object with unknown fields; the parameter count is the number of unknown
// fields.
func fields(count int) string {
	var out strings.Builder
	out.WriteString(`{"amount":1`)
	for i := range count {
		fmt.Fprintf(&out, `,"f%06d":1`, i)
	}
	out.WriteString("}")
	return out.String()
}
