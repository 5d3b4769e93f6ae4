// Package phab is a thin, typed client of the part of Phabricator's (and Phorge's)
// Conduit API that reviewsync uses. ReadWebhook reads what a Herald webhook says, which is
// no more than where to look.
//
// Every error that it returns is a remote.Error, save those about a call that it
// refuses to send and those of ReadWebhook. It decodes what PHP makes of maps and numbers: an empty map comes
// as [], a number may come as a string, and anything may be null.
//
// Conduit reads an empty list in a constraint as "no constraint", and an edit without
// a task as "create one"; no method here ever sends either.
package phab
