package page

import (
	"bytes"
	"embed"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"strings"
)

//go:embed files
var files embed.FS

// Frame has what every page shows, and the body of one page.
type Frame struct {
	Title    string
	Service  string
	Here     string // name of the page in the menu; "": none
	Operator string // "": nobody has logged in
	Form     string // secret of the session's forms
	Search   string // text in the search field
	Body     any
}

// templates has the template of each page, by name.
var templates = parse()

func parse() map[string]*template.Template {
	layout := template.Must(template.New("layout.html").Funcs(words).ParseFS(files, "files/layout.html"))
	all := make(map[string]*template.Template)
	names, err := fs.Glob(files, "files/*.html")
	if err != nil {
		panic(err) // the pattern is constant
	}
	for _, name := range names {
		if base := path.Base(name); base != "layout.html" {
			all[strings.TrimSuffix(base, ".html")] = template.Must(template.Must(layout.Clone()).ParseFS(files, name))
		}
	}
	return all
}

// Write answers with the page of a name. If the template fails, Write answers 500 and returns the
// error.
func Write(w http.ResponseWriter, status int, name string, frame Frame) error {
	var text bytes.Buffer // so that an error does not cut a page off
	if err := templates[name].Execute(&text, frame); err != nil {
		http.Error(w, "The console can't show this page; its log says why.", http.StatusInternalServerError)
		return err
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(text.Bytes()) // if Write fails, the browser has closed the connection
	return nil
}

// Asset returns a handler for the style sheet or the script.
func Asset(name, contentType string) http.Handler {
	content, err := files.ReadFile("files/" + name)
	if err != nil {
		panic(err) // the files are compiled into the program
	}
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		w.Header().Set("Cache-Control", "max-age=300")
		_, _ = w.Write(content) // if Write fails, the browser has closed the connection
	})
}
