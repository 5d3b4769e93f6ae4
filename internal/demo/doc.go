// Package demo plays a week of a team's review process on stand-ins of Gerrit and Phorge
// that listen on loopback, and tells it: what people do, which card that moves and why.
//
// A World is the two servers with their people, tasks and boards. Its clock stands still
// and jumps from one event to the next, so that a week takes seconds. The service under
// show is the caller's: it is pointed at the servers by the file that WriteConfig writes,
// what it writes goes to Player.Hear, what it leaves to Player.Left, and Player.Play waits until
// it has caught up after each event. After every event all cards are compared with where the process
// wants them.
package demo
