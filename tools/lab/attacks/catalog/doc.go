// Package catalog holds every way that one client attacks the service, by name.
package catalog
