package readmodels_test

import (
	"testing"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/enginetest/rig"
	"example.com/pgcqrs/engine/enginetest/spec"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/projection"
	"example.com/pgcqrs/internal/events"
	"example.com/pgcqrs/internal/read/balances"
	"example.com/pgcqrs/internal/read/customers"
	"example.com/pgcqrs/internal/read/statements"
	"example.com/pgcqrs/test/testdb"
)

// The row of an account is the result of the events of this account. Events of other accounts do
// not change the row.
func TestBalances(t *testing.T) {
	t.Parallel()
	p := spec.NewProjection(t, rig.Connect(t, testdb.New(t)), events.DecodeEvent, balances.Name, balances.Apply, balances.Tables...)
	const rows = `SELECT owner, subject, currency, balance, status, version, extract(second FROM updated_at)::int FROM balances ORDER BY owner`
	id := uuid.New()
	p.Given("account", id, events.AccountOpened{Owner: "Ada", Subject: "ada", Currency: "EUR"}, events.MoneyDeposited{Amount: 70})
	p.Then(rows, "(Ada,ada,EUR,70,open,2,2)")
	p.Given("account", uuid.New(), events.AccountOpened{Owner: "Bob", Currency: "USD"})
	p.Given("account", id, events.MoneyWithdrawn{Amount: 70}, events.AccountClosed{})
	p.Then(rows, "(Ada,ada,EUR,0,closed,4,5)", `(Bob,"",USD,0,open,1,3)`)
	p.Given("customer", uuid.New(), events.CustomerRegistered{Subject: "ada", Name: event.NewEncrypted(1, "n"), Email: event.NewEncrypted(1, "e")})
	p.Then(rows, "(Ada,ada,EUR,0,closed,4,5)", `(Bob,"",USD,0,open,1,3)`)
}

// A statement has one line for each deposit and withdrawal, with the balance after it.
func TestStatements(t *testing.T) {
	t.Parallel()
	p := spec.NewProjection(t, rig.Connect(t, testdb.New(t)), events.DecodeEvent, statements.Name, statements.Apply, statements.Tables...)
	p.Given("account", uuid.New(), events.AccountOpened{Owner: "Ada", Currency: "EUR"}, events.MoneyDeposited{Amount: 70, Reference: "pay"},
		events.MoneyWithdrawn{Amount: 30}, events.MoneyWithdrawn{Amount: 40}, events.AccountClosed{})
	p.Then(`SELECT version, kind, amount, balance, reference FROM statement_lines ORDER BY version`,
		"(2,deposit,70,70,pay)", `(3,withdrawal,30,40,"")`, `(4,withdrawal,40,0,"")`)
}

// The row of a customer contains personal data only in encrypted form. After the customer was
// erased, the row contains no personal data.
func TestCustomers(t *testing.T) {
	t.Parallel()
	p := spec.NewProjection(t, rig.Connect(t, testdb.New(t)), events.DecodeEvent, customers.Name, projection.Each(customers.Apply), customers.Tables...)
	const rows = `SELECT subject, name, email, status, version FROM customers`
	id := uuid.New()
	p.Given("customer", id, events.CustomerRegistered{Subject: "ada", Name: event.NewEncrypted(1, "n1"), Email: event.NewEncrypted(1, "e1")})
	p.Then(rows, "(ada,encrypted.1.1.n1,encrypted.1.1.e1,registered,1)")
	p.Given("customer", id, events.CustomerContactChanged{Name: event.NewEncrypted(2, "n2"), Email: event.NewEncrypted(2, "e2")})
	p.Then(rows, "(ada,encrypted.1.2.n2,encrypted.1.2.e2,registered,2)")
	p.Given("customer", id, events.CustomerErased{})
	p.Then(rows, `(ada,"","",erased,3)`)
}
