//! Where a database is, as one setting says it: `sqlite:PATH` or `postgres://…`.

use std::{fmt, path::PathBuf, str::FromStr};

use sqlx::postgres::PgConnectOptions;

/// The address of a database. What is shown of it never holds the password.
#[derive(Clone)]
pub enum DatabaseUrl {
    /// A file.
    Sqlite(PathBuf),
    /// A database on a server.
    Postgres(Box<PgConnectOptions>),
}

/// A text is no address of a database. The text is not repeated: it may hold a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "địa chỉ cơ sở dữ liệu không đọc được; viết sqlite:TỆP hoặc postgres://TÊN:MẬT_KHẨU@MÁY:CỔNG/CƠ_SỞ_DỮ_LIỆU, \
     ký tự đặc biệt trong mật khẩu viết dạng %XX / the address of the database cannot be read; write sqlite:FILE or \
     postgres://USER:PASSWORD@HOST:PORT/DATABASE, special characters of the password as %XX"
)]
pub struct InvalidUrl;

impl FromStr for DatabaseUrl {
    type Err = InvalidUrl;

    fn from_str(text: &str) -> Result<Self, InvalidUrl> {
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return text.parse().map(|server| Self::Postgres(Box::new(server))).map_err(|_| InvalidUrl);
        }
        match text.strip_prefix("sqlite:").map(|path| path.strip_prefix("//").unwrap_or(path)) {
            None | Some("") => Err(InvalidUrl),
            Some(path) => Ok(Self::Sqlite(PathBuf::from(path))),
        }
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(file) => write!(f, "sqlite:{}", file.display()),
            Self::Postgres(server) => {
                let user = server.get_username();
                let host = server.get_socket().map_or(server.get_host().into(), |folder| folder.to_string_lossy());
                let database = server.get_database().unwrap_or(user);
                write!(f, "postgres://{user}@{host}:{}/{database}", server.get_port())
            }
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_and_shown_without_its_password() {
        for (text, shown) in [
            ("sqlite:data/dienhinh.sqlite", "sqlite:data/dienhinh.sqlite"),
            ("sqlite:///var/lib/dienhinh/d.sqlite", "sqlite:/var/lib/dienhinh/d.sqlite"),
            ("postgres://dienhinh:b%40mat@db.example:5433/cand", "postgres://dienhinh@db.example:5433/cand"),
            ("postgresql://dienhinh:bimat@127.0.0.1/cand?sslmode=require", "postgres://dienhinh@127.0.0.1:5432/cand"),
        ] {
            let url: DatabaseUrl = text.parse().expect("an address");
            assert_eq!((url.to_string(), format!("{url:?}")), (shown.to_owned(), shown.to_owned()));
        }
        for wrong in
            ["", "sqlite:", "data/dienhinh.sqlite", "mysql://root:bimat@db/cand", "postgres://u:bimat@db:port/d"]
        {
            let refused = wrong.parse::<DatabaseUrl>().expect_err("no address").to_string();
            assert!(!refused.contains("bimat"), "{refused}");
        }
    }
}
