// Package roster holds the accounts and customers that the clients know, in the order in which they
// were opened or registered.
package roster
