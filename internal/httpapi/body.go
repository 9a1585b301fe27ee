package httpapi

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
)

// mostBody is how long a body may be, in bytes.
const mostBody = 64 << 10

// readBody reads the body and holds it to the operation's schema. Its error
// comes before anything is read or said about the fields.
func (o operation) readBody(w http.ResponseWriter, r *http.Request, wrong *problems) ([]byte, error) {
	if !isJSON(r.Header) {
		return nil, errMediaType
	}
	if r.ContentLength > mostBody {
		return nil, errBodyTooLarge
	}
	body, err := readAll(w, r)
	if err != nil {
		return nil, err
	}
	value := decode(body, wrong)
	if len(wrong.fields) == 0 || value != nil {
		wrong.visit("", value, o.body)
	}
	r.Body = &checkedBody{bytes.NewReader(body), value}
	return body, nil
}

func readAll(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	var buffer bytes.Buffer
	if r.ContentLength > 0 {
		buffer.Grow(int(r.ContentLength) + bytes.MinRead)
	}
	_, err := buffer.ReadFrom(http.MaxBytesReader(w, r.Body, mostBody))
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		return nil, errBodyTooLarge
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return nil, errBodyTimeout
	}
	if err != nil {
		return nil, fmt.Errorf("read body: %w: %w", invalid{{Field: "body", Rule: new("complete"), Detail: "did not arrive whole"}}, err)
	}
	return buffer.Bytes(), nil
}

// isJSON says whether the headers promise uncompressed JSON in UTF-8.
func isJSON(header http.Header) bool {
	contentType := header.Get("Content-Type")
	if contentType == "application/json" {
		return header.Get("Content-Encoding") == ""
	}
	mediaType, parameters, err := mime.ParseMediaType(contentType)
	if err != nil || mediaType != "application/json" {
		return false
	}
	charset, given := parameters["charset"]
	return header.Get("Content-Encoding") == "" && (!given || strings.EqualFold(charset, "utf-8"))
}

// checkedBody hands the generated code the value that was checked: it would
// otherwise decode a second time, and take AMOUNT for amount.
type checkedBody struct {
	io.Reader
	value any
}

func (*checkedBody) Close() error          { return nil }
func (b *checkedBody) ValidatedValue() any { return b.value }

// fingerprint returns an HMAC (RFC 2104) that tells requests apart that come with the same
// Idempotency-Key; nil for a request without one. It is stored: a hash without a key would
// say whether a guess at the body, which may be about a person, is right.
func fingerprint(key []byte, r *http.Request, body []byte) []byte {
	if r.Header.Get("Idempotency-Key") == "" {
		return nil
	}
	hash := hmac.New(sha256.New, key)
	hash.Write([]byte(r.Method + "\x00" + r.URL.Path + "\x00"))
	hash.Write(body)
	return hash.Sum(nil)
}
