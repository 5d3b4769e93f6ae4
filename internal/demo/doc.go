// Package demo plays a week of a team's review process on stand-ins of Gerrit and Phorge
// that listen on loopback, and prints it: what people do, which cards move by it and why.
//
// A World is the two servers with their people, tasks and boards. Its clock stands still
// and jumps from one event to the next, so that a week takes seconds. The service belongs to the
// caller: it reads the config that WriteConfig writes, its listeners are Player.Hear and Player.Left,
// and Player.Play waits after each event until it has caught up. After every event all cards are
// compared with where the process wants them.
package demo
