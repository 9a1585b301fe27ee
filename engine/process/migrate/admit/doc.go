// Package admit has migrate make the logins of the programs, and give roles their rights again.
//
// The order of these steps, and what is told of each, belong here, all in admit.go: Check before
// anything is changed, Mend before the migrations, Logins after them. The steps do not: those are
// engine/pg/logins, engine/pg/role and engine/pg/rolerights.
//
// It ends when that is done; nothing runs on. It must never shut others out while a login is missing.
package admit
