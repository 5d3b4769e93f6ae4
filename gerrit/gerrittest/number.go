package gerrittest

// SetNextNumber sets the number that the next change gets, as on a server that has been in
// use. It must not be one that is taken.
func (s *Server) SetNextNumber(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.number = n - 1
}
