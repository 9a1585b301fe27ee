// Package roster holds the accounts, customers and transfers that the clients know, in the order in
// which they were opened, registered or requested.
package roster
