//go:build all && unix

package database_test

import (
	"net/url"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"example.com/pgcqrs/internal/database"
	"example.com/pgcqrs/internal/devdb"
)

// A database that is the first of its cluster leaves no role there but its own, and the login of
// the API may be called as the role that the first migrations make.
func TestFirstDatabaseOfACluster(t *testing.T) {
	t.Parallel()
	migrate := filepath.Join(t.TempDir(), "migrate")
	if output, err := exec.Command("go", "build", "-o", migrate, "../../cmd/migrate").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, output)
	}
	server, err := devdb.Start(t.Context(), devdb.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Stop)
	mustRun(t, server.URL, `CREATE DATABASE shop`)
	u := parsed(t, server.URL)
	u.Path = "/shop"
	owner := u.String()
	u.User = url.UserPassword("pgcqrs_api", "secret")
	api := u.String()
	for range 2 {
		command := exec.Command(migrate)
		command.Env = []string{"DATABASE_URL=" + owner, "API_DATABASE_URL=" + api}
		if output, err := command.CombinedOutput(); err != nil || strings.Contains(string(output), "left as it is") {
			t.Errorf("migrate: %v\n%s", err, output)
		}
	}
	pool := connect(t, owner)
	defer pool.Close()
	roles, err := database.Roles(t.Context(), pool)
	if err != nil {
		t.Fatal(err)
	}
	roles = slices.DeleteFunc(roles, func(role string) bool { return strings.HasPrefix(role, "pg_") })
	slices.Sort(roles)
	if want := []string{"pgcqrs_api", parsed(t, owner).User.Username(), "shop.api", "shop.projector", "shop.service"}; !slices.Equal(roles, want) {
		t.Errorf("the cluster has the roles %v, want %v", roles, want)
	}
	expect(t, "the API's login", api, apiWork, works)
}
