package mixes_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"example.com/pgcqrs/tools/lab/load/drive/mixes"
)

func serve(t *testing.T, handler http.HandlerFunc) string {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server.URL
}

func TestAccountsAreTheSameEachTime(t *testing.T) {
	t.Parallel()
	var paths [2][]string
	for i := range paths {
		url := serve(t, func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusCreated) })
		accounts := mixes.NewAccounts(1, 3)
		if _, err := accounts.Open(t.Context(), url, nil); err != nil {
			t.Fatal(err)
		}
		paths[i] = accounts.Paths()
	}
	if !slices.Equal(paths[0], paths[1]) || !strings.HasPrefix(paths[0][0], "/v1/accounts/") {
		t.Errorf("%v", paths)
	}
}

func TestAccountsThatAreNotOpenedAreSaid(t *testing.T) {
	t.Parallel()
	url := serve(t, func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusTeapot) })
	if _, err := mixes.NewAccounts(1, 3).Open(t.Context(), url, nil); err == nil || !strings.Contains(err.Error(), "418") {
		t.Error(err)
	}
}
