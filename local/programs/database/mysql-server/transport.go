package main

import (
	"net"

	"github.com/dolthub/go-mysql-server/server"
	"github.com/dolthub/vitess/go/mysql"
)

// ER_SECURE_TRANSPORT_REQUIRED (MySQL 8.0 error message reference).
const secureTransportRequired = 3159

// secureTransportOnly has a server refuse who comes without TLS as MySQL does. The listener's own setting refuses with another error, and
// goes on with the login after it.
func secureTransportOnly(config server.Config, listener mysql.ListenerConfig, events server.ServerEventListener) (server.ProtocolListener, error) {
	listener.AuthServer = secureLogins{listener.AuthServer}
	return server.MySQLProtocolListenerFactory(config, listener, events)
}

type secureLogins struct{ mysql.AuthServer }

func (logins secureLogins) AuthMethods() []mysql.AuthMethod {
	known := logins.AuthServer.AuthMethods()
	methods := []mysql.AuthMethod{}
	for _, method := range known {
		methods = append(methods, secureLogin{method, known})
	}
	return methods
}

type secureLogin struct {
	mysql.AuthMethod
	known []mysql.AuthMethod
}

// HandleUser also takes whoever is refused in the end: who comes without TLS, so that the refusal names that and no way to log in, and a user
// that is not there, which MySQL does not tell from one with another password.
func (login secureLogin) HandleUser(connection *mysql.Conn, user string) bool {
	if !connection.TLSEnabled() || login.AuthMethod.HandleUser(connection, user) {
		return true
	}
	for _, method := range login.known {
		if method.HandleUser(connection, user) {
			return false
		}
	}
	return true
}

func (login secureLogin) HandleAuthPluginData(connection *mysql.Conn, user string, ours, theirs []byte, from net.Addr) (mysql.Getter, error) {
	if !connection.TLSEnabled() {
		return nil, mysql.NewSQLError(secureTransportRequired, mysql.SSUnknownSQLState,
			"Connections using insecure transport are prohibited while --require_secure_transport=ON.")
	}
	return login.AuthMethod.HandleAuthPluginData(connection, user, ours, theirs, from)
}
