//! The identity graph as the catalogue keeps it: links with their evidence, members with their customer, and people's decisions.

use std::collections::BTreeSet;

use jiff::Timestamp;
use types::{CustomerId, Identifier, RowId};

use super::{Database, Row, Tx, Value};
use crate::{Error, Result};

/// Two identifiers that one row names, `left` before `right`, with the earliest such row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredLink {
    pub left: Identifier,
    pub right: Identifier,
    pub row: RowId,
    pub data_source: String,
    pub recorded_at: Timestamp,
}

/// An identifier that is linked to others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredMember {
    pub identifier: Identifier,
    /// The customer whom the identifier alone names.
    pub home: CustomerId,
    /// The canonical customer of its person.
    pub customer: CustomerId,
    /// How it takes part; the words are the caller's. `hub` is known here: rows of a hub are looked at whenever they come.
    pub role: String,
}

/// What a person decided about two identifiers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredDecision {
    /// Ascending in the order of decisions.
    pub id: i64,
    pub left: Identifier,
    pub right: Identifier,
    /// The caller's word.
    pub verdict: String,
    /// Who decided: a person's id, or the command line.
    pub actor: String,
    pub decided_at: Timestamp,
    pub reason: String,
}

/// What a commit changes in the graph.
#[derive(Clone, Debug, Default)]
pub(crate) struct IdentityChange {
    pub(crate) links: Vec<StoredLink>,
    pub(crate) members: Vec<StoredMember>,
}

pub(crate) async fn write(transaction: &mut Tx, change: &IdentityChange) -> Result<()> {
    let links = change.links.iter().map(|link| {
        vec![
            link.left.to_string().into(),
            link.right.to_string().into(),
            link.row.to_string().into(),
            link.data_source.as_str().into(),
            link.recorded_at.as_microsecond().into(),
        ]
    });
    let head = "INSERT INTO tributary_identity_link(left_id, right_id, row_id, data_source, recorded_at) VALUES";
    let tail = " ON CONFLICT (left_id, right_id) DO UPDATE SET row_id = excluded.row_id, data_source = excluded.data_source, \
                recorded_at = excluded.recorded_at";
    transaction.insert_with(head, 5, links.collect(), tail).await?;
    let members = change.members.iter().map(|member| {
        vec![
            member.identifier.to_string().into(),
            member.home.to_string().into(),
            member.customer.to_string().into(),
            member.role.as_str().into(),
            Value::Bool(Some(member.home != member.customer || member.role == "hub")),
        ]
    });
    let head = "INSERT INTO tributary_identity_member(identifier, home_id, customer_id, role, is_moved) VALUES";
    let tail = " ON CONFLICT (identifier) DO UPDATE SET home_id = excluded.home_id, customer_id = excluded.customer_id, role = excluded.role, \
                is_moved = excluded.is_moved";
    transaction.insert_with(head, 5, members.collect(), tail).await
}

/// Links that name one of `identifiers`.
pub(crate) async fn links_of(database: &Database, identifiers: &[Identifier]) -> Result<Vec<StoredLink>> {
    let mut links = Vec::new();
    for head in [
        "SELECT left_id, right_id, row_id, data_source, recorded_at FROM tributary_identity_link WHERE left_id IN",
        "SELECT left_id, right_id, row_id, data_source, recorded_at FROM tributary_identity_link WHERE right_id IN",
    ] {
        for row in database.read_in(head, texts(identifiers)).await? {
            links.push(link(&row)?);
        }
    }
    Ok(links)
}

pub(crate) async fn all_links(database: &Database) -> Result<Vec<StoredLink>> {
    let sql = "SELECT left_id, right_id, row_id, data_source, recorded_at FROM tributary_identity_link";
    database.read(sql, Vec::new()).await?.iter().map(link).collect()
}

pub(crate) async fn members_of(database: &Database, identifiers: &[Identifier]) -> Result<Vec<StoredMember>> {
    let head = "SELECT identifier, home_id, customer_id, role FROM tributary_identity_member WHERE identifier IN";
    database.read_in(head, texts(identifiers)).await?.iter().map(member).collect()
}

pub(crate) async fn all_members(database: &Database) -> Result<Vec<StoredMember>> {
    let sql = "SELECT identifier, home_id, customer_id, role FROM tributary_identity_member";
    database.read(sql, Vec::new()).await?.iter().map(member).collect()
}

/// Whether any member's rows are to be looked at when they come.
pub(crate) async fn has_moved_members(database: &Database) -> Result<bool> {
    let sql = "SELECT identifier FROM tributary_identity_member WHERE is_moved = $1 LIMIT 1";
    Ok(!database.read(sql, vec![true.into()]).await?.is_empty())
}

/// Members whose home is one of `homes`.
pub(crate) async fn members_at_home(database: &Database, homes: &[CustomerId]) -> Result<Vec<StoredMember>> {
    let head = "SELECT identifier, home_id, customer_id, role FROM tributary_identity_member WHERE home_id IN";
    let homes = homes.iter().map(|home| home.to_string().into()).collect();
    database.read_in(head, homes).await?.iter().map(member).collect()
}

pub(crate) async fn members_of_customer(database: &Database, customer: CustomerId) -> Result<Vec<StoredMember>> {
    let sql = "SELECT identifier, home_id, customer_id, role FROM tributary_identity_member WHERE customer_id = $1";
    database.read(sql, vec![customer.to_string().into()]).await?.iter().map(member).collect()
}

pub(crate) async fn decisions(database: &Database) -> Result<Vec<StoredDecision>> {
    let sql = "SELECT decision_id, left_id, right_id, verdict, actor, decided_at, reason FROM tributary_identity_decision ORDER BY decision_id";
    let decision = |row: &Row| {
        Ok(StoredDecision {
            id: row.int(0)?,
            left: identifier(row, 1)?,
            right: identifier(row, 2)?,
            verdict: row.text(3)?,
            actor: row.text(4)?,
            decided_at: instant(row, 5)?,
            reason: row.text(6)?,
        })
    };
    database.read(sql, Vec::new()).await?.iter().map(decision).collect()
}

/// Records decisions in one transaction; their ids are given here.
pub(crate) async fn decide(database: &Database, decisions: &[StoredDecision]) -> Result<()> {
    let mut transaction = database.begin().await?;
    let last = transaction
        .read("SELECT COALESCE(MAX(decision_id), 0) FROM tributary_identity_decision", Vec::new())
        .await?;
    let mut id = last.first().map(|row| row.int(0)).transpose()?.unwrap_or(0);
    let rows = decisions.iter().map(|decision| {
        id += 1;
        vec![
            id.into(),
            decision.left.to_string().into(),
            decision.right.to_string().into(),
            decision.verdict.as_str().into(),
            decision.actor.as_str().into(),
            decision.decided_at.as_microsecond().into(),
            decision.reason.as_str().into(),
        ]
    });
    let rows = rows.collect();
    let head = "INSERT INTO tributary_identity_decision(decision_id, left_id, right_id, verdict, actor, decided_at, reason) VALUES";
    transaction.insert(head, 7, rows).await?;
    Ok(transaction.commit().await?)
}

/// The value of a rule that the organisation has set.
pub(crate) async fn rule(database: &Database, name: &str) -> Result<Option<i64>> {
    let rows = database
        .read("SELECT value FROM tributary_identity_rule WHERE name = $1", vec![name.into()])
        .await?;
    rows.first().map(|row| row.int(0)).transpose()
}

pub(crate) async fn set_rule(database: &Database, name: &str, value: i64) -> Result<()> {
    let mut transaction = database.begin().await?;
    let sql = "INSERT INTO tributary_identity_rule(name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value";
    transaction.execute(sql, vec![name.into(), value.into()]).await?;
    Ok(transaction.commit().await?)
}

fn texts(identifiers: &[Identifier]) -> Vec<Value> {
    let texts: BTreeSet<String> = identifiers.iter().map(ToString::to_string).collect();
    texts.into_iter().map(Value::from).collect()
}

fn link(row: &Row) -> Result<StoredLink> {
    Ok(StoredLink {
        left: identifier(row, 0)?,
        right: identifier(row, 1)?,
        row: id(row, 2)?,
        data_source: row.text(3)?,
        recorded_at: instant(row, 4)?,
    })
}

fn member(row: &Row) -> Result<StoredMember> {
    Ok(StoredMember {
        identifier: identifier(row, 0)?,
        home: id(row, 1)?,
        customer: id(row, 2)?,
        role: row.text(3)?,
    })
}

fn identifier(row: &Row, at: usize) -> Result<Identifier> {
    let text = row.text(at)?;
    Identifier::parse(&text).ok_or_else(|| unreadable(&text))
}

fn id<T: std::str::FromStr>(row: &Row, at: usize) -> Result<T> {
    let text = row.text(at)?;
    text.parse().map_err(|_| unreadable(&text))
}

fn instant(row: &Row, at: usize) -> Result<Timestamp> {
    let micros = row.int(at)?;
    Timestamp::from_microsecond(micros).map_err(|_| unreadable(&micros.to_string()))
}

fn unreadable(text: &str) -> Error {
    Error::Catalogue {
        place: "tributary_identity".into(),
        reason: format!("`{text}` is not what was written there"),
    }
}
