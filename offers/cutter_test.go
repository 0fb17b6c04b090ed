package offers_test

import (
	"bytes"
	"io"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// cut is what happens to a connection.
type cut int

const (
	pass      cut = iota // nothing, this time
	inside               // it breaks while rows are inserted
	before               // it breaks before the server hears COMMIT
	meanwhile            // it breaks when the server has heard COMMIT
	after                // it breaks when the server has answered COMMIT, and the answer is lost
)

// String names the cut.
func (c cut) String() string {
	return [...]string{"pass", "inside", "before", "meanwhile", "after"}[c]
}

// cutter stands between a store and its MySQL server, and breaks connections where transactions end.
type cutter struct {
	network  string // of the server
	address  string
	listener net.Listener
	mu       sync.Mutex
	plan     []cut // of the transactions to come
	refuse   int   // connections that are refused after a cut
	made     int   // cuts
}

// newCutter returns a cutter in front of the server of a DSN, and the DSN through it.
func newCutter(t testing.TB, dsn string) (*cutter, string) {
	t.Helper()
	server, rest, hasServer := strings.Cut(dsn, ")/")
	opens, at := strings.LastIndexByte(server, '('), strings.LastIndexByte(server, '@')
	if !hasServer || opens < at || at < 0 {
		t.Fatal("the DSN is not like root@unix(/run/mysqld/mysqld.sock)/")
	}
	c := &cutter{network: server[at+1 : opens], address: server[opens+1:]}
	var err error
	if c.listener, err = (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.listener.Close() })
	go func() {
		for {
			conn, err := c.listener.Accept()
			if err != nil {
				return
			}
			go c.carry(conn)
		}
	}()
	return c, server[:at+1] + "tcp(" + c.listener.Addr().String() + ")/" + rest
}

// arm says what happens to the next transactions, and how many connections are refused after the last cut.
func (c *cutter) arm(refuse int, plan ...cut) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.plan, c.refuse, c.made = plan, refuse, 0
}

func (c *cutter) cuts() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.made
}

// carry takes a connection's bytes both ways.
func (c *cutter) carry(client net.Conn) {
	defer func() { _ = client.Close() }()
	c.mu.Lock()
	refused := c.refuse > 0 && len(c.plan) == 0 && c.made > 0
	if refused {
		c.refuse--
	}
	c.mu.Unlock()
	if refused {
		return
	}
	server, err := net.Dial(c.network, c.address)
	if err != nil {
		return
	}
	defer func() { _ = server.Close() }()
	var mute atomic.Bool // the server's next answer is lost, and the connection with it
	go func() {
		defer func() { _, _ = client.Close(), server.Close() }()
		buf := make([]byte, 1<<16)
		for {
			n, err := server.Read(buf)
			if n > 0 && mute.Load() {
				if ended(buf[:n]) {
					return
				}
				n = 0
			}
			if n > 0 {
				if _, err := client.Write(buf[:n]); err != nil {
					return
				}
			}
			if err != nil {
				return
			}
		}
	}()
	buf := make([]byte, 1<<16)
	for {
		n, err := client.Read(buf)
		if n > 0 && !c.pass(buf[:n], server, &mute) {
			return
		}
		if err != nil {
			return
		}
	}
}

// ended reports whether a server's bytes end with the answer to a COMMIT: that it is done, and that nothing more comes.
func ended(answer []byte) bool {
	const length, status, more = 11, 7, 8
	if len(answer) < length {
		return false
	}
	last := answer[len(answer)-length:]
	return bytes.HasPrefix(last, []byte{length - 4, 0, 0}) && last[4] == 0 && last[status]&more == 0
}

// pass hands a packet on to the server; it reports false if the connection is to break now.
func (c *cutter) pass(packet []byte, server io.Writer, mute *atomic.Bool) bool {
	how := c.next(packet)
	if how == inside || how == before {
		return false
	}
	if how == after {
		mute.Store(true)
	}
	_, err := server.Write(packet)
	return err == nil && how != meanwhile
}

// next says what happens where a packet of a client stands. A packet begins with its length, its number and the command.
func (c *cutter) next(packet []byte) cut {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.plan) == 0 || len(packet) < 5 {
		return pass
	}
	ends := bytes.HasPrefix(packet[4:], []byte("\x03COMMIT")) || bytes.HasSuffix(packet, []byte(";COMMIT"))
	inserts := bytes.HasPrefix(packet[4:], []byte("\x03INSERT INTO `vouchers`"))
	how := c.plan[0]
	if how == inside && !inserts || how != inside && !ends {
		return pass
	}
	c.plan = c.plan[1:]
	if how != pass {
		c.made++
	}
	return how
}
