package gerrittest

// SetNextNumber sets the number of the next change, as on a server that has been in use. It must
// be unused.
func (s *Server) SetNextNumber(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.number = n - 1
}
