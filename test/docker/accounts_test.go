//go:build docker

package docker_test

import (
	"net/http"
	"path/filepath"
	"strings"
	"testing"
)

// From the schema to a read of one's own write, with PostgreSQL in a container.
func TestMainPathInAContainer(t *testing.T) {
	t.Parallel()
	accounts := serve(t) + "/v1/accounts"
	opened := send(t, http.MethodPost, accounts, `{"owner":"Lovelace Ltd","currency":"EUR"}`, "", http.StatusCreated)
	account := accounts + "/" + filepath.Base(opened.header.Get("Location"))
	deposited := send(t, http.MethodPost, account+"/deposits", `{"amount":5000}`, "", http.StatusOK)
	read := send(t, http.MethodGet, account, "", deposited.header.Get("Event-Position"), http.StatusOK)
	if !strings.Contains(read.body, `"balance":5000`) {
		t.Errorf("read at the position of the deposit: %s", read.body)
	}
}
