// A MySQL that speaks TLS alone, in memory and on loopback: what a database of RDS whose parameter group has require_secure_transport is to
// its clients. SQL, protocol and logins are go-mysql-server's.
//
//	mysql-server --certificate FILE --key FILE --users FILE [--plain]
//
// The file of users is a JSON list of {name, password, plugin}, each of which may do everything, as RDS' master user may with databases.
// The first line that it writes is "listening on 127.0.0.1:PORT". It ends when it is told to (SIGTERM), and all that it stores with it.
package main

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"net"
	"os"
	"strings"

	sqle "github.com/dolthub/go-mysql-server"
	"github.com/dolthub/go-mysql-server/memory"
	"github.com/dolthub/go-mysql-server/server"
	"github.com/dolthub/go-mysql-server/sql"
	"github.com/dolthub/go-mysql-server/sql/mysql_db"
)

type user struct {
	Name, Password, Plugin string
}

func main() {
	certificate := flag.String("certificate", "", "PEM file with the server's certificate")
	key := flag.String("key", "", "PEM file with its key")
	users := flag.String("users", "", "JSON file with the users")
	plain := flag.Bool("plain", false, "speak no TLS at all, as a server without a certificate")
	flag.Parse()
	if err := serve(*certificate, *key, *users, *plain); err != nil {
		log.Fatal(err)
	}
}

func serve(certificate, key, users string, plain bool) error {
	provider := memory.NewDBProvider()
	engine := sqle.NewDefault(provider)
	if err := addUsers(engine, provider, users); err != nil {
		return err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	config := server.Config{Protocol: "tcp", Address: listener.Addr().String(), Listener: listener}
	if !plain {
		pair, err := tls.LoadX509KeyPair(certificate, key)
		if err != nil {
			return err
		}
		config.TLSConfig = &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12}
		config.ProtocolListenerFactory = secureTransportOnly
	}
	mysqlServer, err := server.NewServer(config, engine, sql.NewContext, memory.NewSessionBuilder(provider), nil)
	if err != nil {
		return err
	}
	fmt.Printf("listening on %s\n", listener.Addr())
	return mysqlServer.Start()
}

// addUsers makes the users by SQL, as an account for that alone, which is taken away again.
func addUsers(engine *sqle.Engine, provider *memory.DbProvider, file string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var users []user
	if err := json.Unmarshal(text, &users); err != nil {
		return err
	}
	accounts := engine.Analyzer.Catalog.MySQLDb
	accounts.SetPersister(&mysql_db.NoopPersister{})
	accounts.AddRootAccount()
	client := sql.Client{User: "root", Address: "localhost"}
	session := memory.NewSession(sql.NewBaseSessionWithClientServer("localhost", client, 0), provider)
	context := sql.NewContext(context.Background(), sql.WithSession(session))
	statements := []string{}
	for _, user := range users {
		name, password, plugin := quoted(user.Name), quoted(user.Password), user.Plugin
		statements = append(statements,
			fmt.Sprintf("CREATE USER %s@'%%' IDENTIFIED WITH %s BY %s", name, plugin, password),
			fmt.Sprintf("GRANT ALL PRIVILEGES ON *.* TO %s@'%%'", name))
	}
	for _, statement := range append(statements, "DROP USER root@localhost") {
		_, rows, _, err := engine.Query(context, statement)
		if err == nil {
			_, err = sql.RowIterToRows(context, rows)
		}
		if err != nil {
			// Without the statement, which has a password in it.
			return fmt.Errorf("a user could not be made: %w", err)
		}
	}
	return nil
}

// quoted is a text as MySQL reads it in quotes.
func quoted(text string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(text) + "'"
}
