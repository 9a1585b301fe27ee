package docs

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"fmt"
	"io"
	"net/http"
	"path"
	"strings"
	"sync"
	"time"

	"github.com/swaggest/swgui/v5/static"
)

// types maps the file extensions of Swagger UI's files to media types.
var types = map[string]string{".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".png": "image/png"}

// asset is an embedded file of Swagger UI. Large files are embedded in compressed form.
type asset struct {
	contentType string
	tag         string
	content     []byte
	compressed  bool
	inflated    func() []byte // returns the uncompressed content, for clients that don't accept gzip; computed once
}

func newAsset(name string) *asset {
	content, err := static.FS.ReadFile(name + ".gz")
	compressed := err == nil
	if !compressed {
		content, err = static.FS.ReadFile(name)
	}
	if err != nil {
		panic(err) // the files are compiled into the program, so this can't fail
	}
	a := &asset{types[path.Ext(name)], fmt.Sprintf("%x", sha256.Sum256(content))[:16], content, compressed, nil}
	a.inflated = sync.OnceValue(a.inflate)
	return a
}

func (a *asset) inflate() []byte {
	if !a.compressed {
		return a.content
	}
	reader, err := gzip.NewReader(bytes.NewReader(a.content))
	if err != nil {
		panic(err) // the files are compiled into the program, so this can't fail
	}
	content, err := io.ReadAll(reader)
	if err != nil {
		panic(err)
	}
	return content
}

// ServeHTTP implements http.Handler.
func (a *asset) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	header, content, tag := w.Header(), a.content, a.tag
	header.Set("Content-Type", a.contentType)
	switch {
	case !a.compressed:
	case strings.Contains(r.Header.Get("Accept-Encoding"), "gzip"):
		header.Set("Content-Encoding", "gzip")
		header.Set("Vary", "Accept-Encoding")
		tag += "-gzip"
	default:
		header.Set("Vary", "Accept-Encoding")
		content = a.inflated()
	}
	header.Set("ETag", `"`+tag+`"`)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(content))
}
