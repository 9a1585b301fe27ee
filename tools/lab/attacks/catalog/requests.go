//go:build linux

package catalog

import (
	"fmt"
	"net/http"
	"strings"

	"example.com/pgcqrs/tools/lab/attacks/generator"
)

// wait is a read by one of the subjects that waits for a position as long as it may.
func wait(g *generator.Generator, subject int, position int64) generator.Request {
	return generator.Request{
		Method: http.MethodGet, Path: g.Job.Account, Token: g.Job.Tokens[subject%len(g.Job.Tokens)],
		Headers: []string{"Min-Position", fmt.Sprint(position), "Prefer", "wait=30"},
	}
}

// past asks for the long account as it was.
func past(g *generator.Generator, until string) generator.Request {
	return generator.Request{Method: http.MethodGet, Path: g.Job.Long + "/events?limit=1&" + until, Token: g.Job.Tokens[0]}
}

func deposit(g *generator.Generator, token string) generator.Request {
	return generator.Request{Method: http.MethodPost, Path: g.Job.Account + "/deposits", Body: `{"amount":1}`, Token: token}
}

// head is a request as it goes over the wire, up to where more headers could come.
func head(g *generator.Generator, r generator.Request) string {
	var out strings.Builder
	fmt.Fprintf(&out, "%s %s HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\n", r.Method, r.Path, g.Job.API, r.Token)
	for i := 0; i+1 < len(r.Headers); i += 2 {
		fmt.Fprintf(&out, "%s: %s\r\n", r.Headers[i], r.Headers[i+1])
	}
	return out.String()
}

// fields is an object of so many, none of which means anything.
func fields(count int) string {
	var out strings.Builder
	out.WriteString(`{"amount":1`)
	for i := range count {
		fmt.Fprintf(&out, `,"f%06d":1`, i)
	}
	out.WriteString("}")
	return out.String()
}
