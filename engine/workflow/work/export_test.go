package work

// Quiet is the logger that is given to River.
var Quiet = quiet
