// Package rolerights stores the rights of the programs' roles in the database itself, in the table
// role_rights, so that a dump contains them and a restore into another cluster gives them back.
//
// Reading rights from the catalogue and giving them again belong here, all in rolerights.go.
// Granting a right for the first time does not: that is a migration's (engine/schema). The roles
// are engine/pg/role.
//
// engine/process/migrate calls Mend before the migrations and Record after them; nothing keeps
// running. It must never give a role more than it had.
package rolerights
