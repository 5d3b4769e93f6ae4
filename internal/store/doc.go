// Package store is the contract of the store, which holds what the service must remember between
// two runs: its values, and the store by roles. A store is a package below that implements Store,
// passes the tests of storetest, and is opened by package backend.
//
// # Order of writes, and what a crash there means
//
//   - A query's rows are marked and its watermark is moved in one transaction: no change is
//     skipped. A crash before it asks the same query again.
//   - A change's snapshot, its links, the marks on its tasks and its own done are one
//     transaction. A crash before it reads the change again.
//   - An op is begun before the write to the server and ended after it. A crash in between
//     leaves it pending: the write may have happened. The task is still behind, since its done
//     comes last. The next worker finds the op in Pending and looks at the server first.
//   - An op that ended without an answer puts a lost answer on the agenda, in one transaction. As
//     long as that is there the write may still take effect, and nothing that must happen only once
//     is done to the task. The end of a move puts a second look there likewise.
//   - An op's end, the card with its settled digest, its history and the comments in that edit are
//     one transaction. So no move that was made is decided again from the same facts, and no comment
//     is made twice. After a crash before it the comment is found on the task.
//   - Done on the task is last. A crash before it decides again from the same facts, which gives
//     nothing to do.
//
// A power cut may cost a store its newest transactions, and the next sweep finds what was in them. It
// must never lose part of a transaction, or one while a later one is there.
package store
