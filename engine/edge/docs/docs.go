package docs

import (
	"bytes"
	"embed"
	"encoding/json"
	"io/fs"
	"net/http"
	"strings"

	"github.com/go-chi/chi/v5"
)

// policy is the content security policy of the page: the page may load only what this process
// serves.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; " +
	"connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

//go:embed page
var files embed.FS

// Mount adds the routes of the contract and of the docs page to a router. The page has no inline
// scripts, so its content security policy can forbid inline scripts. Swagger UI is embedded in the
// program.
func Mount(router chi.Router, spec []byte, issuer string) {
	router.Get("/", toDocs)
	router.Get("/openapi.yaml", file("application/yaml", specOf(spec, issuer)))
	router.Get("/docs", strict(file("text/html; charset=utf-8", pageFile("index.html"))))
	router.Get("/docs/init.js", strict(file("text/javascript; charset=utf-8", pageFile("init.js"))))
	router.Get("/docs/page.css", strict(file("text/css; charset=utf-8", pageFile("page.css"))))
	for _, asset := range []string{"swagger-ui-bundle.js", "swagger-ui.css", "favicon-32x32.png"} {
		router.Get("/docs/"+asset, strict(newAsset(asset).ServeHTTP))
	}
}

// anIssuer is the discovery URL of the example issuer that the contract names.
const anIssuer = "https://issuer.example.com/.well-known/openid-configuration"

// specOf returns the contract. In it, the discovery URL of the given issuer (OpenID Connect
// Discovery 1.0, 4) replaces the discovery URL of the example issuer. If issuer is "", specOf
// returns the contract unchanged.
func specOf(spec []byte, issuer string) []byte {
	if issuer == "" {
		return spec
	}
	address, err := json.Marshal(strings.TrimSuffix(issuer, "/") + "/.well-known/openid-configuration") // a JSON string is also valid YAML
	if err != nil {
		panic(err) // encoding a string can't fail
	}
	return bytes.Replace(spec, []byte(anIssuer), address, 1)
}

// toDocs redirects a browser from the root path to the docs page. The redirect's address is
// relative, so that it works behind a proxy that serves the API under a path prefix.
func toDocs(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Location", "docs")
	w.WriteHeader(http.StatusFound)
}

// strict sets a content security policy. With this policy, a browser loads only what this process
// serves.
func strict(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", policy)
		w.Header().Set("Cache-Control", "no-cache")
		next(w, r)
	}
}

func file(contentType string, content []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		_, _ = w.Write(content) // if Write fails, the client has closed the connection
	}
}

func pageFile(name string) []byte {
	content, err := fs.ReadFile(files, "page/"+name)
	if err != nil {
		panic(err) // the files are compiled into the program, so this can't fail
	}
	return content
}
