package contract

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"os"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"example.com/pgcqrs/engine/edge/contract/rules"
	"example.com/pgcqrs/engine/edge/contract/strictjson"
	"example.com/pgcqrs/engine/edge/problem"
)

// mostBody is the maximum length of a request body, in bytes.
const mostBody = 64 << 10

// ReadBody reads the body of a request, or returns nil if the operation has no body. ReadBody does
// not check the content of the body.
func (o Operation) ReadBody(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	if o.body == nil {
		return nil, nil
	}
	if !isJSON(r.Header) {
		return nil, problem.ErrMediaType
	}
	if r.ContentLength > mostBody {
		return nil, problem.ErrBodyTooLarge
	}
	return readAll(w, r)
}

// checkBody compares a request body with the operation's schema.
func (o Operation) checkBody(r *http.Request, body []byte, wrong *rules.Problems) {
	value := strictjson.Decode(body, wrong)
	if wrong.None() || value != nil {
		wrong.Visit("", value, o.body)
	}
	r.Body = &checkedBody{bytes.NewReader(body), value}
}

func readAll(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	var buffer bytes.Buffer
	if r.ContentLength > 0 {
		buffer.Grow(int(r.ContentLength) + bytes.MinRead)
	}
	_, err := buffer.ReadFrom(http.MaxBytesReader(w, r.Body, mostBody))
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		return nil, problem.ErrBodyTooLarge
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return nil, problem.ErrBodyTimeout
	}
	if err != nil {
		return nil, fmt.Errorf("read body: %w: %w", problem.Invalid{{Field: "body", Rule: new("complete"), Detail: "did not arrive whole"}}, err)
	}
	return buffer.Bytes(), nil
}

// isJSON reports whether the headers Content-Type and Content-Encoding announce uncompressed JSON
// in UTF-8. If a header occurs twice, isJSON returns false, because a proxy and this service could
// use different occurrences.
func isJSON(header http.Header) bool {
	if len(header["Content-Type"]) > 1 || len(header["Content-Encoding"]) > 1 {
		return false
	}
	contentType := header.Get("Content-Type")
	if contentType == "application/json" {
		return header.Get("Content-Encoding") == ""
	}
	mediaType, parameters, err := mime.ParseMediaType(contentType)
	if err != nil || mediaType != "application/json" {
		return false
	}
	charset, given := parameters["charset"]
	return header.Get("Content-Encoding") == "" && (!given || isUTF8(charset))
}

// isUTF8 reports whether a charset is UTF-8. The accepted names are utf-8, IANA's alias csUTF8,
// and utf8, which some clients use.
func isUTF8(charset string) bool {
	switch strings.ToLower(charset) {
	case "utf-8", "utf8", "csutf8":
		return true
	}
	return false
}

// checkedBody is a request body that was already decoded and checked. The generated code takes the
// decoded value from checkedBody. Otherwise the generated code would decode the body again, and
// might accept a field AMOUNT as the field amount.
type checkedBody struct {
	io.Reader
	value any
}

func (*checkedBody) Close() error          { return nil }
func (b *checkedBody) ValidatedValue() any { return b.value }

// Fingerprint returns an HMAC (RFC 2104) of the method, path and body of a request, or nil for a
// request without an Idempotency-Key. Different requests have different HMACs. The HMAC needs a
// secret key because the database stores fingerprints. From a hash without a key, a reader of the
// database could confirm a guess of the body, which may have personal data.
func (o Operation) Fingerprint(key []byte, r *http.Request, body []byte) []byte {
	if o.body == nil || r.Header.Get("Idempotency-Key") == "" {
		return nil
	}
	hash := hmac.New(sha256.New, key)
	hash.Write([]byte(r.Method + "\x00" + o.pathOf(r) + "\x00"))
	hash.Write(body)
	return hash.Sum(nil)
}

// pathOf returns the request's path with its UUIDs in lower case. The fingerprint is then the same,
// whether the client writes an id in upper or lower case.
func (o Operation) pathOf(r *http.Request) string {
	path := r.URL.Path
	for _, p := range o.parameters {
		if p.in == openapi3.ParameterInPath && p.schema.Format == "uuid" {
			id := p.values(r, nil)[0]
			path = strings.Replace(path, "/"+id, "/"+strings.ToLower(id), 1)
		}
	}
	return path
}
