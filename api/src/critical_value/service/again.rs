//! Raising again what an amended report says otherwise.

use std::collections::BTreeSet;

use entity::{
    enums::{Action, Basis},
    order,
    order_content::{Findings, Observation},
    report,
};
use serde_json::json;

use super::{
    raise::{LONG, check_room, of_order},
    write::{Found, insert},
};
use crate::{
    app::App,
    auth::Call,
    db::Txn,
    error::{Problems, Result},
    record::{change::Change, replay},
};

/// Raises again, in the transaction of the amendment, every critical value of an order whose code the amended report says something else of, also
/// that it was not critical: whoever acted on the first value has to know. It is a critical value of its own.
pub async fn raise_again(
    txn: &Txn,
    app: &App,
    call: &Call<'_>,
    order: &order::Model,
    before: &report::Model,
    after: &report::Model,
) -> Result<()> {
    let Some(patient) = order.patient_id else {
        return Ok(());
    };
    let raised = of_order(txn, order.id).await?;
    let codes: BTreeSet<&str> = raised
        .iter()
        .filter_map(|row| row.code.as_deref())
        .collect();
    let changed: Vec<(&str, String)> = codes
        .into_iter()
        .filter_map(|code| Some((code, difference(&before.findings, &after.findings, code)?)))
        .collect();
    if changed.is_empty() {
        return Ok(());
    }
    let mut problems = Problems::default();
    let more = changed.len() as u64;
    check_room(txn, order.id, more, "input.observations", &mut problems).await?;
    problems.finish()?;
    for (code, finding) in changed {
        let found = Found {
            patient,
            finding: finding.chars().take(LONG).collect(),
            code: Some(code.to_owned()),
            report_version: Some(after.version),
            raised_by: after.reporter_id,
            raised_at: after.reported_at,
        };
        let change = Change {
            institution: Some(order.host_id),
            input_hash: Some(replay::input_hash(&(after.id, after.version, code))?),
            basis: Some(Basis::Centre.code()),
            detail: json!({ "report": after.version }),
            ..Change::of(Action::RaiseCriticalValue)
        };
        insert(txn, app, call, order, found, change).await?;
    }
    Ok(())
}

/// What the amended report says otherwise of that code, in words; none where it says the same.
fn difference(before: &Findings, after: &Findings, code: &str) -> Option<String> {
    let of = |findings: &Findings| -> Vec<Observation> {
        let all = findings.observations.iter();
        all.filter(|seen| seen.code == code).cloned().collect()
    };
    let (old, new) = (of(before), of(after));
    let same = old.len() == new.len() && old.iter().zip(&new).all(|(old, new)| is_same(old, new));
    if same {
        return None;
    }
    let name = new.first().or(old.first()).map(|seen| seen.name.as_str());
    let name = name.unwrap_or(code);
    Some(format!(
        "报告修订：{name} {} → {}",
        in_words(&old),
        in_words(&new)
    ))
}

fn is_same(old: &Observation, new: &Observation) -> bool {
    (&old.value, &old.text, &old.unit, &old.flag) == (&new.value, &new.text, &new.unit, &new.flag)
}

fn in_words(seen: &[Observation]) -> String {
    if seen.is_empty() {
        return "未报告".to_owned();
    }
    let one = |seen: &Observation| {
        let value = seen.value.map(|value| value.to_string());
        let flag = seen.flag.map(|flag| format!("({})", flag.code()));
        let parts = [value, seen.text.clone(), seen.unit.clone(), flag];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
    };
    seen.iter().map(one).collect::<Vec<_>>().join("、")
}
