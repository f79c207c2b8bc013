//! Indicators broken down by something of the patient: counted from the referrals, for what is kept knows of no patient.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::NaiveDate;
use entity::{
    enums::{Sex, StatisticsDimension, TagKind, ThroughputUnit},
    patient, patient_tag,
};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, JoinType, QueryFilter as _, QuerySelect as _,
    sea_query::{Expr, ExprTrait as _},
};
use uuid::Uuid;

use super::{
    area::Period,
    fact::{Fact, Range, facts},
    figures::Figures,
    source::lead,
    touched::Key,
};
use crate::{
    app::App, clock::shanghai_day, code, db::Txn, error::Result, network::directory::Directory,
    throughput::calendar::start_of,
};

/// What is withheld outside treatment stands under one value.
const SENSITIVE: &str = "SENSITIVE";
/// No diagnosis with an ICD-10 code.
const UNCODED: &str = "UNCODED";
/// How many patients are looked up in one statement: databases limit the number of parameters.
const PATIENTS: usize = 5_000;

/// The age groups: the first year of each, its code and its name.
const AGES: [(u32, &str, &str); 6] = [
    (0, "AGE_0_6", "0–6 岁"),
    (7, "AGE_7_17", "7–17 岁"),
    (18, "AGE_18_44", "18–44 岁"),
    (45, "AGE_45_64", "45–64 岁"),
    (65, "AGE_65_79", "65–79 岁"),
    (80, "AGE_80", "80 岁及以上"),
];
/// An age that is not known.
const AGELESS: (&str, &str) = ("AGE_UNKNOWN", "年龄不详");

/// What was counted, by institution and month, and by value.
#[derive(Default)]
pub struct Counted {
    /// All of it.
    pub totals: BTreeMap<Key, Figures>,
    /// By value.
    pub values: BTreeMap<String, BTreeMap<Key, Figures>>,
}

/// Counts what happened to patients of these institutions.
pub async fn count(
    app: &App,
    institutions: &BTreeSet<Uuid>,
    period: &Period,
    by: StatisticsDimension,
) -> Result<Counted> {
    let (from, until) = (period.starts_at(), period.ends_at());
    let ranges: Vec<Range> = institutions.iter().map(|id| (*id, from, until)).collect();
    app.db
        .snapshot(async |txn| Box::pin(read(&txn, app, &ranges, by)).await)
        .await
}

async fn read(txn: &Txn, app: &App, ranges: &[Range], by: StatisticsDimension) -> Result<Counted> {
    let now = app.now();
    let facts = facts(&**txn, ranges).await?;
    let people = if by == StatisticsDimension::Diagnosis {
        HashMap::new()
    } else {
        people(txn, &facts, by).await?
    };
    let mut counted = Counted::default();
    for fact in &facts {
        let (institution, at) = fact.place();
        let key = (institution, start_of(ThroughputUnit::Month, at));
        fact.count(now, counted.totals.entry(key).or_default());
        for value in values(fact, people.get(&fact.patient()), by) {
            let own = counted.values.entry(value).or_default();
            fact.count(now, own.entry(key).or_default());
        }
    }
    let directory = app.directory.now();
    counted.lead(&directory);
    Ok(counted)
}

impl Counted {
    /// Of lead hospitals some things are counted that follow from others.
    fn lead(&mut self, directory: &Directory) {
        let leads: BTreeSet<Uuid> = directory.leads.values().flatten().copied().collect();
        let all = self.values.values_mut().chain([&mut self.totals]);
        for ((institution, _), figures) in all.flatten() {
            lead(&leads, *institution, figures);
        }
    }
}

/// The values that every breakdown has, whether anybody belongs to them or not; none of diagnoses, which are as many as occur.
#[must_use]
pub fn fixed(by: StatisticsDimension) -> Vec<&'static str> {
    match by {
        StatisticsDimension::Sex => Sex::ALL.iter().map(|sex| sex.code()).collect(),
        StatisticsDimension::Tag => TagKind::ALL.iter().map(|tag| tag.code()).collect(),
        StatisticsDimension::Age => {
            let ages = AGES.iter().map(|(_, code, _)| *code);
            ages.chain([AGELESS.0]).collect()
        }
        _ => Vec::new(),
    }
}

/// The Chinese name of a value.
#[must_use]
pub fn label(by: StatisticsDimension, value: &str) -> String {
    let named = match by {
        StatisticsDimension::Sex => code::term("Sex", value),
        StatisticsDimension::Tag => code::term("TagKind", value),
        StatisticsDimension::Age => {
            let found = AGES.iter().find(|(_, code, _)| *code == value);
            Some(found.map_or(AGELESS.1, |(_, _, name)| name).to_owned())
        }
        _ => match value {
            SENSITIVE => Some("敏感诊断".to_owned()),
            UNCODED => Some("无 ICD-10 编码".to_owned()),
            _ => None,
        },
    };
    named.unwrap_or_else(|| value.to_owned())
}

/// What is to be known of a patient.
#[derive(Clone, Debug)]
struct Person {
    sex: Sex,
    birth_date: Option<NaiveDate>,
    tags: Vec<(TagKind, NaiveDate, Option<NaiveDate>)>,
}

fn values(fact: &Fact, person: Option<&Person>, by: StatisticsDimension) -> Vec<String> {
    let day = shanghai_day(fact.place().1);
    match by {
        StatisticsDimension::Diagnosis => {
            let (category, sensitive) = fact.category();
            let unnamed = if sensitive { SENSITIVE } else { UNCODED };
            vec![category.unwrap_or(unnamed).to_owned()]
        }
        StatisticsDimension::Sex => {
            let sex = person.map_or(Sex::Unknown, |person| person.sex);
            vec![sex.code().to_owned()]
        }
        StatisticsDimension::Age => {
            let birth = person.and_then(|person| person.birth_date);
            vec![age(birth, day).to_owned()]
        }
        StatisticsDimension::Tag => {
            let tags = person.into_iter().flat_map(|person| &person.tags);
            let then = tags.filter(|(_, from, to)| *from <= day && to.is_none_or(|to| day <= to));
            let codes: BTreeSet<&str> = then.map(|(tag, _, _)| tag.code()).collect();
            codes.into_iter().map(str::to_owned).collect()
        }
        _ => Vec::new(),
    }
}

fn age(birth: Option<NaiveDate>, day: NaiveDate) -> &'static str {
    let years = birth.and_then(|birth| day.years_since(birth));
    let group = years.and_then(|years| AGES.iter().rev().find(|(from, _, _)| *from <= years));
    group.map_or(AGELESS.0, |(_, code, _)| code)
}

/// The patients of these facts, each as the record that it belongs to.
async fn people(
    txn: &Txn,
    facts: &[Fact],
    by: StatisticsDimension,
) -> Result<HashMap<Uuid, Person>> {
    let ids: BTreeSet<Uuid> = facts.iter().map(Fact::patient).collect();
    let ids: Vec<Uuid> = ids.into_iter().collect();
    let mut people = HashMap::with_capacity(ids.len());
    for ids in ids.chunks(PATIENTS) {
        let rows: Vec<(Uuid, Uuid)> = patient::Entity::find()
            .select_only()
            .columns([patient::Column::Id, patient::Column::RecordId])
            .filter(patient::Column::Id.is_in(ids.iter().copied()))
            .into_tuple()
            .all(&**txn)
            .await?;
        let records: BTreeSet<Uuid> = rows.iter().map(|(_, record)| *record).collect();
        let mut known: HashMap<Uuid, Person> = HashMap::new();
        let found: Vec<(Uuid, Sex, Option<NaiveDate>)> = patient::Entity::find()
            .select_only()
            .columns([
                patient::Column::Id,
                patient::Column::Sex,
                patient::Column::BirthDate,
            ])
            .filter(patient::Column::Id.is_in(records.iter().copied()))
            .into_tuple()
            .all(&**txn)
            .await?;
        for (id, sex, birth_date) in found {
            let tags = Vec::new();
            known.insert(
                id,
                Person {
                    sex,
                    birth_date,
                    tags,
                },
            );
        }
        if by == StatisticsDimension::Tag {
            for (record, tag, from, to) in tags(txn, &records).await? {
                if let Some(person) = known.get_mut(&record) {
                    person.tags.push((tag, from, to));
                }
            }
        }
        for (id, record) in rows {
            if let Some(person) = known.get(&record) {
                people.insert(id, person.clone());
            }
        }
    }
    Ok(people)
}

type Tagged = (Uuid, TagKind, NaiveDate, Option<NaiveDate>);

/// The tags of these records, whichever row of a record has them.
async fn tags(txn: &Txn, records: &BTreeSet<Uuid>) -> Result<Vec<Tagged>> {
    use patient_tag::Column::{EndsOn, PatientId, StartsOn, Tag};
    let same =
        Expr::col((patient::Entity, patient::Column::Id)).equals((patient_tag::Entity, PatientId));
    let mut query = patient_tag::Entity::find().select_only();
    sea_orm::QueryTrait::query(&mut query).join(JoinType::InnerJoin, patient::Entity, same);
    let rows = query
        .column(patient::Column::RecordId)
        .columns([Tag, StartsOn, EndsOn])
        .filter(patient::Column::RecordId.is_in(records.iter().copied()))
        .into_tuple()
        .all(&**txn)
        .await?;
    Ok(rows)
}
