//go:build docker

package docker_test

import (
	"net/http"
	"strings"
	"testing"
)

// PostgreSQL runs in a container. The test follows the usual path of a client: the database is
// migrated, an account is opened, money is deposited, and a query returns the new balance.
func TestMainPathInAContainer(t *testing.T) {
	t.Parallel()
	client := serve(t)
	opened := client.Post("/v1/accounts", `{"owner":"Lovelace Ltd","currency":"EUR"}`)
	opened.Want(t, http.StatusCreated, "")
	account := opened.Header.Get("Location")
	deposited := client.Post(account+"/deposits", `{"amount":5000}`)
	deposited.Want(t, http.StatusOK, "")
	read := client.Get(account, deposited.Header.Get("Event-Position"))
	if read.Want(t, http.StatusOK, ""); !strings.Contains(read.Body, `"balance":5000`) {
		t.Errorf("read at the position of the deposit: %s", read.Body)
	}
}
