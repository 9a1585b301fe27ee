// Package rolerights stores the rights of the programs' roles in the table role_rights of the
// database itself. A dump then contains the rights, and a restore into another cluster can grant
// them again.
//
// The code that reads rights from the catalog and grants them again belongs in rolerights.go. A
// migration of engine/schema grants a right for the first time, and engine/pg/role makes the roles.
//
// engine/process/migrate calls Mend before the migrations and Record after them. The package starts
// no goroutine. The package must never give a role more rights than the role had when its rights
// were stored.
package rolerights
