package config

import (
	"strings"

	"github.com/go-sql-driver/mysql"
)

// dbFault tells in words what is wrong with a database address. It never repeats any of it: there is a password in it.
func dbFault(db string) (what, remedy Text) {
	engine, rest, found := strings.Cut(db, ":")
	switch {
	case db == "":
		return Text{En: "is empty", Zh: "为空"}, dbRemedy()
	case found && engine == "sqlite":
		return sqliteFault(rest)
	case found && engine == "mysql" && !strings.HasPrefix(rest, "//"):
		return mysqlFault(rest)
	case found && engine == "mysql":
		return Text{En: "is written as a URL, which this driver does not read", Zh: "写成了 URL，驱动不支持"}, mysqlRemedy()
	}
	return Text{En: "names neither sqlite nor mysql", Zh: "既不是 sqlite 也不是 mysql"}, dbRemedy()
}

func sqliteFault(path string) (what, remedy Text) {
	switch {
	case path == "":
		return Text{En: "names no file", Zh: "没有写文件路径"}, dbRemedy()
	case strings.Contains(path, "?"):
		return Text{En: "has parameters behind the file's name", Zh: "文件名后带有参数"},
			Text{En: "Write the path alone; journal, locks and time-outs are set by Siyu", Zh: "只写路径；日志、锁与超时由 Siyu 设置"}
	}
	return Text{}, Text{}
}

func mysqlFault(dsn string) (what, remedy Text) {
	cfg, err := mysql.ParseDSN(dsn)
	switch {
	case err != nil:
		return dsnWords(err), mysqlRemedy()
	case cfg.DBName == "":
		return Text{En: "names no database behind the slash", Zh: "斜杠后没有库名"}, mysqlRemedy()
	case cfg.User == "":
		return Text{En: "names no user", Zh: "没有用户名"}, mysqlRemedy()
	}
	return Text{}, Text{}
}

// dsnWords puts the driver's refusal into words by what it is about, because its own text quotes the address.
func dsnWords(err error) Text {
	words := []struct {
		sign string
		text Text
	}{
		{"missing the slash", Text{En: "has no slash before the database's name", Zh: "库名前缺少斜杠"}},
		{"forget to escape", Text{En: "has a parameter with characters that must be escaped", Zh: "参数中有未转义的字符"}},
		{"not terminated", Text{En: "has no closing bracket behind the host", Zh: "主机后缺少右括号"}},
		{"default addr", Text{En: "has a host without tcp( ) around it", Zh: "主机没有用 tcp( ) 括起来"}},
		{"invalid bool value", Text{En: "has a parameter that must be true or false", Zh: "有参数应为 true 或 false"}},
		{"unknown config name", Text{En: "names a TLS setting that does not exist", Zh: "TLS 设置不存在"}},
		{"unknown time zone", Text{En: "names a time zone that does not exist", Zh: "时区不存在"}},
		{"time: invalid duration", Text{En: "has a time-out that is not a duration such as 5s", Zh: "超时不是 5s 这样的时长"}},
	}
	for _, w := range words {
		if strings.Contains(err.Error(), w.sign) {
			return w.text
		}
	}
	return Text{En: "is not an address this driver can read", Zh: "驱动无法解析该地址"}
}

func dbRemedy() Text {
	return Text{
		En: "Write sqlite:PATH, such as sqlite:siyu.db, or mysql:USER:PASSWORD@tcp(HOST:3306)/DATABASE",
		Zh: "写 sqlite:路径（如 sqlite:siyu.db），或 mysql:用户:密码@tcp(主机:3306)/库名",
	}
}

func mysqlRemedy() Text {
	return Text{
		En: "Write mysql:USER:PASSWORD@tcp(HOST:3306)/DATABASE",
		Zh: "写 mysql:用户:密码@tcp(主机:3306)/库名",
	}
}
