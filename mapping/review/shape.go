package review

// Shape is the version of Change as JSON, and of what is put into it. A change that was stored in
// another shape is read from Gerrit again. Raise it when a stored change lacks what the rules need
// today, or means something else.
const Shape = 1
