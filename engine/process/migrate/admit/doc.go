// Package admit creates the logins of the other programs, and restores the rights of roles.
// engine/process/migrate calls it.
//
// The order and the reports of the steps belong in admit.go: Check runs before anything is changed,
// Mend runs before the migrations, and Logins runs after them. The code of each step belongs in
// engine/pg/logins, engine/pg/role or engine/pg/rolerights.
//
// Package admit starts no goroutine. Package admit must never revoke the access of other logins
// while a login of a program is missing.
package admit
