package phabtest

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
)

// Webhook has every edit of a task, and every edit of a project by Conduit, told to
// deliver, as a Herald webhook whose status is Firehose: the body, and its signature under
// key. Those without effect are told too, with no transactions. What is done by hand, such
// as Drag, is told as what comes through Conduit is.
//
// deliver is called after the edit, from whoever made it, without a lock of the Server;
// with edits at the same time, calls overlap and come in any order. The real server's
// daemons deliver a moment later. Nothing is delivered again.
func (s *Server) Webhook(key string, deliver func(body []byte, signature string)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.webhooks = append(s.webhooks, webhook{s.phid("HWBH"), []byte(key), deliver})
}

type webhook struct {
	phid    string
	key     []byte
	deliver func(body []byte, signature string)
}

// edited is an edit that webhooks have yet to be told.
type edited struct {
	phid, kind   string         // of the object
	transactions []*transaction // of which only what never changes is read
	epoch        int64
}

// tell has webhooks told of an edit, as soon as the lock is given back.
func (s *Server) tell(kind, phid string, transactions []*transaction) {
	if len(s.webhooks) > 0 {
		s.untold = append(s.untold, edited{phid, kind, transactions, s.now()})
	}
}

// unlock gives the lock back, and then delivers what is to be told.
func (s *Server) unlock() {
	untold, hooks := s.untold, s.webhooks
	s.untold = nil
	s.mu.Unlock()
	for _, e := range untold {
		for _, h := range hooks {
			body := e.body(h.phid)
			mac := hmac.New(sha256.New, h.key)
			mac.Write(body)
			h.deliver(body, hex.EncodeToString(mac.Sum(nil)))
		}
	}
}

type named struct {
	PHID string `json:"phid"`
}

// body is written as the server writes it, to the byte.
func (e edited) body(hook string) []byte {
	type object struct {
		Type string `json:"type"`
		PHID string `json:"phid"`
	}
	type action struct {
		Test   bool  `json:"test"`
		Silent bool  `json:"silent"`
		Secure bool  `json:"secure"`
		Epoch  int64 `json:"epoch"`
	}
	b := struct {
		Object       object  `json:"object"`
		Triggers     []named `json:"triggers"`
		Action       action  `json:"action"`
		Transactions []named `json:"transactions"`
	}{object{e.kind, e.phid}, []named{{hook}}, action{Epoch: e.epoch}, []named{}}
	for _, x := range e.transactions {
		b.Transactions = append(b.Transactions, named{x.phid})
	}
	body, _ := json.MarshalIndent(b, "", "  ") // plain values; cannot fail
	return append(body, '\n')
}
