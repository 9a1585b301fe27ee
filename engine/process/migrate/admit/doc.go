// Package admit makes the logins of the programs for migrate, and gives roles their rights again.
//
// The order of these steps, and the report of each, belong here, all in admit.go: Check before
// anything is changed, Mend before the migrations, Logins after them. The steps do not: those are
// engine/pg/logins, engine/pg/role and engine/pg/rolerights.
//
// It ends when that is done; nothing keeps running. It must never shut others out while a login is
// missing.
package admit
