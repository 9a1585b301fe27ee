package auth

// Forget makes the next check of every token a new one.
func (i *Issuer) Forget() { i.recent.Purge() }
