package phabtest

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
)

// Webhook calls deliver for every edit of a task, and every edit of a project by Conduit, like a
// Herald webhook whose status is Firehose: with the body, and its signature under key. Edits
// without effect have no transactions. Methods such as Drag count as edits, too.
//
// deliver is called after the edit, in the goroutine that made it, without a lock of the Server.
// With simultaneous edits, calls overlap and come in any order. The real server's daemons deliver
// a moment later. Nothing is delivered twice.
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

// edited is an edit that was not delivered to webhooks yet.
type edited struct {
	phid, kind   string         // of the object
	transactions []*transaction // only their PHIDs are read, which never change
	epoch        int64
}

// announce has an edit delivered to webhooks once the lock is released.
func (s *Server) announce(kind, phid string, transactions []*transaction) {
	if len(s.webhooks) > 0 {
		s.undelivered = append(s.undelivered, edited{phid, kind, transactions, s.now()})
	}
}

// unlock releases the lock, and then delivers to webhooks.
func (s *Server) unlock() {
	undelivered, hooks := s.undelivered, s.webhooks
	s.undelivered = nil
	s.mu.Unlock()
	for _, e := range undelivered {
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
