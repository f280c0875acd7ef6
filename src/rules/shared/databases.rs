//! Which databases an environment's variables lead to, as texts that are equal where two lead to the same.

use std::net::IpAddr;

use memchr::memchr3;

use crate::model::{Content, Environment, Variable};
use crate::syntax::postgres::{HostClass, classify_host};
use crate::syntax::readers::{Outcome, Reader};
use crate::text::KeyName;
use crate::text::find::holds;
use crate::value::connection::{Connection, Family, LONGEST, Text, take_apart};
use crate::value::types::host as same_host;

use super::shape::has_reference;

/// Hosts of one connection that are looked at; more are no honest list.
const MOST_HOSTS: usize = 16;

/// How sure it is that a host's name means the same place elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// A name or an address of the internet.
    Public,
    /// An address or a name of a private network, which is mostly the same one.
    Private,
    /// This machine itself.
    Own,
}

/// One place of a database.
pub struct Spot {
    /// How far its host is known.
    pub reach: Reach,
    /// Host, port, database, and who the customer is where many share the host.
    pub parts: [Text; 4],
}

/// A variable and the database that it leads to.
pub struct Lead<'a> {
    /// The variable.
    pub variable: &'a Variable,
    /// The places; several where several hosts are named, none where they are not known.
    pub spots: Vec<Spot>,
    /// Whether the host or the database is put together from other variables.
    pub unknown: bool,
}

/// All databases that an environment's variables lead to: connection strings, and hosts with databases named beside them.
#[must_use]
pub fn leads(environment: &Environment) -> Vec<Lead<'_>> {
    let mut found: Vec<Lead<'_>> = Vec::new();
    for variable in environment.counting() {
        let Content::Read(readings) = &variable.content else { continue };
        for (outcome, readers) in readings.iter() {
            let Outcome::Value(value) = outcome else { continue };
            let stands = readers.contains(&Reader::Plain) && !variable.origin.literal;
            found.extend(of_value(variable, value.expose(), stands));
        }
        found.extend(split(environment, variable));
    }
    found
}

fn of_value<'a>(variable: &'a Variable, value: &[u8], stands: bool) -> Option<Lead<'a>> {
    // A page's address leads to no database, and most addresses are such.
    if !may_connect(value) || value.starts_with(b"http://") || value.starts_with(b"https://") {
        return None;
    }
    let connection = take_apart(value)?;
    let (family, database) = database(&connection)?;
    let mut lead = Lead { variable, spots: Vec::new(), unknown: false };
    for host in connection.hosts.iter().take(MOST_HOSTS) {
        // A shell's reference may stand anywhere; without a reader that replaces it, it is what it is.
        if stands && (has_reference(&host.name) || has_reference(&database)) {
            lead.unknown = true;
            continue;
        }
        let usual = connection.default_port.or(family);
        let port = host.port.or(usual);
        let tenant = tenant(&connection, &host.name);
        lead.spots.extend(spot(&host.name, port, database.clone(), tenant));
    }
    // A PostgreSQL connection without a host takes the local socket.
    if connection.hosts.is_empty() && connection.family == Some(Family::Postgres) {
        lead.spots.extend(spot(b"", Some(5432), database, Text::default()));
    }
    Some(lead)
}

/// Whether it is worth the while to take a value apart.
fn may_connect(value: &[u8]) -> bool {
    let has =
        |part: &[u8], within: usize| holds(value.get(..within.min(value.len())).unwrap_or_default(), part);
    value.len() <= LONGEST
        && memchr3(b':', b'=', b'(', value).is_some()
        && (has(b"://", 64) || value.starts_with(b"jdbc:") || has(b"dbname", 4096) || has(b"@tcp(", 4096))
}

/// The database, and the port that its kind has where the connection names none. Nothing for what is no database.
fn database(connection: &Connection) -> Option<(Option<u16>, Text)> {
    let named = || connection.database.clone().filter(|name| !name.is_empty());
    match connection.family {
        // libpq manual, `dbname`: "Defaults to be the same as the user name."
        Some(Family::Postgres) => Some((Some(5432), named().or_else(|| connection.user.clone())?)),
        Some(Family::Redis) => Some((Some(6379), named().unwrap_or_else(|| Text::new(b"0".to_vec())))),
        Some(Family::Mysql | Family::Mongodb | Family::Jdbc) => Some((None, named()?)),
        Some(Family::Amqp | Family::Smtp | Family::Kafka) => None,
        None => {
            let scheme = connection.scheme.as_ref()?;
            let port = match scheme.split(|b| *b == b'+').next()? {
                b"postgres" | b"postgresql" => 5432,
                b"mysql" | b"mariadb" => 3306,
                b"mssql" | b"sqlserver" => 1433,
                b"oracle" => 1521,
                b"clickhouse" => 9000,
                _ => return None,
            };
            // go-mssqldb, "The connection string": the path is the instance's name.
            let in_query = connection.param(b"database").filter(|_| port == 1433).cloned();
            let path = connection.path.as_ref().and_then(|path| path.strip_prefix(b"/"));
            let in_path = || path.map(|path| Text::new(path.to_vec()));
            let name = in_query.or_else(named).or_else(in_path)?;
            (!name.is_empty()).then_some((Some(port), name))
        }
    }
}

/// At these hosts the user, or a parameter, says whose database it is.
fn tenant(connection: &Connection, host: &[u8]) -> Text {
    const SHARED: [&[u8]; 3] = [b".pooler.supabase.com", b".psdb.cloud", b".cockroachlabs.cloud"];
    let host = same_host(host);
    if !SHARED.iter().any(|domain| host.ends_with(domain)) {
        return Text::default();
    }
    let user = connection.user.as_ref().map_or(&[][..], |user| user.as_slice());
    let options = connection.param(b"options").map_or(&[][..], |options| options.as_slice());
    Text::new([user, b"\0", options].concat())
}

fn spot(host: &[u8], port: Option<u16>, database: Text, tenant: Text) -> Option<Spot> {
    let reach = reach(host)?;
    let name = match reach {
        // However it is called, it is the same machine; a socket's path says which server.
        Reach::Own if host.starts_with(b"/") => Text::new(host.to_vec()),
        Reach::Own => Text::default(),
        _ => same_host(host),
    };
    let port = port.map_or_else(Text::default, |port| Text::new(port.to_string().into_bytes()));
    Some(Spot { reach, parts: [name, port, database, tenant] })
}

/// Nothing for names that each network gives itself: services of compose and of Kubernetes.
fn reach(host: &[u8]) -> Option<Reach> {
    const OWN: [&[u8]; 2] = [b"host.docker.internal", b"gateway.docker.internal"];
    let name = same_host(host);
    if OWN.contains(&name.as_slice()) {
        return Some(Reach::Own);
    }
    if let Some(address) = str::from_utf8(&name).ok().and_then(|text| text.parse::<IpAddr>().ok()) {
        return address_reach(address);
    }
    match classify_host(&name) {
        HostClass::Socket | HostClass::Loopback => Some(Reach::Own),
        HostClass::Cluster if name.ends_with(b".internal") || name.ends_with(b".flycast") => {
            Some(Reach::Private)
        }
        HostClass::SingleLabel | HostClass::Cluster => None,
        HostClass::Remote => Some(Reach::Public),
    }
}

/// RFC 1918, RFC 6598 and RFC 4193 are private; 172.17.0.1 is the machine itself behind Docker's usual bridge.
fn address_reach(address: IpAddr) -> Option<Reach> {
    match address {
        IpAddr::V4(four) => {
            let [a, b, ..] = four.octets();
            if four.is_loopback() || four.octets() == [172, 17, 0, 1] {
                Some(Reach::Own)
            } else if four.is_unspecified() || four.is_link_local() {
                None
            } else if four.is_private() || (a == 100 && (64..128).contains(&b)) {
                Some(Reach::Private)
            } else {
                Some(Reach::Public)
            }
        }
        IpAddr::V6(six) if six.is_loopback() => Some(Reach::Own),
        IpAddr::V6(six) if six.is_unspecified() || six.is_unicast_link_local() => None,
        IpAddr::V6(six) if six.is_unique_local() => Some(Reach::Private),
        IpAddr::V6(_) => Some(Reach::Public),
    }
}

/// What names a database's host, and the names of the variables beside it; the port that its kind has.
const SPLITS: [(&str, [&str; 4], Option<u16>); 7] = [
    ("PGHOST", ["PGPORT", "PGDATABASE", "", ""], Some(5432)),
    ("POSTGRES_HOST", ["POSTGRES_PORT", "POSTGRES_DB", "POSTGRES_DATABASE", "POSTGRES_NAME"], Some(5432)),
    ("MYSQL_HOST", ["MYSQL_PORT", "MYSQL_DATABASE", "MYSQL_DB", "MYSQL_NAME"], Some(3306)),
    ("MARIADB_HOST", ["MARIADB_PORT", "MARIADB_DATABASE", "MARIADB_DB", ""], Some(3306)),
    ("MONGO_HOST", ["MONGO_PORT", "MONGO_DATABASE", "MONGO_DB", ""], Some(27017)),
    ("DB_HOST", ["DB_PORT", "DB_NAME", "DB_DATABASE", ""], None),
    ("DATABASE_HOST", ["DATABASE_PORT", "DATABASE_NAME", "DATABASE_DATABASE", ""], None),
];

/// A host in a variable of its own, with port and database in others.
fn split<'a>(environment: &'a Environment, variable: &'a Variable) -> Option<Lead<'a>> {
    let (_, [port, names @ ..], usual) = SPLITS.iter().find(|(host, ..)| *host == variable.key.as_str())?;
    let beside = |name: &str| {
        let winner = environment.winner(variable.service.as_ref(), &KeyName::declared(name)?)?;
        value(winner)
    };
    let lost = Lead { variable, spots: Vec::new(), unknown: true };
    let database = names.iter().find_map(|name| beside(name))?;
    let (Some(host), Some(database)) = (value(variable)?, database) else { return Some(lost) };
    let port = match beside(port) {
        None => *usual,
        Some(port) => match port.and_then(|port| str::from_utf8(port).ok()?.trim().parse().ok()) {
            Some(port) => Some(port),
            None => return Some(lost),
        },
    };
    let mut lead = Lead { variable, spots: Vec::new(), unknown: false };
    for host in host.split(|b| *b == b',').take(MOST_HOSTS) {
        lead.spots.extend(spot(host.trim_ascii(), port, Text::new(database.to_vec()), Text::default()));
    }
    Some(lead)
}

/// The one value of a variable that is not empty; within, nothing if it is put together from others.
fn value(variable: &Variable) -> Option<Option<&[u8]>> {
    let Content::Read(readings) = &variable.content else { return None };
    let mut values = readings.iter().filter_map(|(outcome, readers)| match outcome {
        Outcome::Value(value) => Some((value.expose(), readers.contains(&Reader::Plain))),
        _ => None,
    });
    let (value, plain) = values.next().filter(|_| values.next().is_none())?;
    let value = value.trim_ascii();
    let stands = plain && !variable.origin.literal && has_reference(value);
    (!value.is_empty()).then_some((!stands).then_some(value))
}
