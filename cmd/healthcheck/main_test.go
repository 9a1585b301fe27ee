package main

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

func TestCheck(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		status int
		well   bool
	}{
		"200 is well":              {http.StatusOK, true},
		"503 is not":               {http.StatusServiceUnavailable, false},
		"nor is another success":   {http.StatusNoContent, false},
		"nor is a failed redirect": {http.StatusFound, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(test.status)
			}))
			defer server.Close()
			if err := check(t.Context(), server.URL); (err == nil) != test.well {
				t.Errorf("check of %d: %v", test.status, err)
			}
		})
	}
}

// An address that leads elsewhere is not well, however well it is there.
func TestCheckFollowsNoRedirect(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/" {
			http.Redirect(w, r, "/elsewhere", http.StatusFound)
		}
	}))
	defer server.Close()
	if check(t.Context(), server.URL+"/") == nil {
		t.Error("a redirect is called well")
	}
}

func TestCheckOfNobody(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close()
	if check(t.Context(), server.URL) == nil {
		t.Error("a closed port is called well")
	}
}

func TestCheckGivesUpInTime(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
	defer server.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if check(ctx, server.URL) == nil {
		t.Error("a server that never answers is called well")
	}
}
