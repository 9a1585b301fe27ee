// Package admit creates the logins of the programs for migrate, and restores the rights of roles.
//
// Put the order of these steps, and the report of each step, in admit.go: Check before anything is
// changed, Mend before the migrations, Logins after them. The steps themselves belong in
// engine/pg/logins, engine/pg/role and engine/pg/rolerights.
//
// Package admit starts no goroutine. Package admit must never revoke the access of others while a
// login is missing.
package admit
