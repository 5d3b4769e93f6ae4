package review

// Shape is the version of Change as JSON, and of what is put into it. A change that was stored in
// another shape is read from Gerrit again: raise it when a stored one lacks what the rules look at
// today, or means something else by it.
const Shape = 1
