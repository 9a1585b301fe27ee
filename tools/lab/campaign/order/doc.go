// Package order checks that the answers are linearizable: for each account, it searches for an
// order of the commands in which every answer about the account is possible.
package order
