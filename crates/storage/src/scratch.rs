//! A database of its own on a PostgreSQL server, which comes and goes with a test.

use sqlx::{AssertSqlSafe, Connection as _, PgConnection, postgres::PgConnectOptions};

use crate::{DatabaseUrl, Result};

/// An empty database on a server.
#[derive(Debug, Clone)]
pub struct Scratch {
    server: PgConnectOptions,
    name: String,
}

impl Scratch {
    /// Makes it, in place of one with the same name. Absent when the address names a file.
    pub async fn create(server: &DatabaseUrl, name: &str) -> Result<Option<Self>> {
        let DatabaseUrl::Postgres(server) = server else { return Ok(None) };
        let scratch = Self { server: (**server).clone(), name: name.to_owned() };
        scratch.remove().await?;
        scratch.run(&format!("create database {name} template template0 encoding 'UTF8'")).await?;
        Ok(Some(scratch))
    }

    /// Its address.
    pub fn url(&self) -> DatabaseUrl {
        DatabaseUrl::Postgres(Box::new(self.server.clone().database(&self.name)))
    }

    /// Removes it, whoever is connected to it.
    pub async fn remove(&self) -> Result<()> {
        self.run(&format!("drop database if exists {} with (force)", self.name)).await
    }

    async fn run(&self, statement: &str) -> Result<()> {
        let mut connection = PgConnection::connect_with(&self.server).await?;
        sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut connection).await?;
        Ok(connection.close().await?)
    }
}
