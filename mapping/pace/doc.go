// Package pace says which of the edits that wait may be made now, and until when the others wait. It
// is pure: no clock, no network, no store.
//
// An edit counts against the budgets of its board, of the change and of the person whose words cause
// it, and of the server. One that a deployment causes counts only against the budget of deployments.
// Up to a budget edits are made at once; beyond it they go on slowly, a tenth of the budget in a tenth
// of its time. Nothing is dropped.
package pace
