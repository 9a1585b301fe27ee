// Package rolerights stores the rights of the programs' roles in the database itself, in the table
// role_rights, so that a dump contains the rights and a restore into another cluster gives them
// back.
//
// The package reads rights from the catalogue and grants them again, all in rolerights.go. A
// migration of engine/schema grants a right for the first time, and engine/pg/role makes the roles.
//
// engine/process/migrate calls Mend before the migrations and Record after them; nothing keeps
// running. The package must never give a role more rights than the role had.
package rolerights
