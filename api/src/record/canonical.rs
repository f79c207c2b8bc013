//! The bytes of an audit entry that its seal covers: the same on every database, whatever that makes of a time or of JSON.

use chrono::{DateTime, Utc};
use entity::audit;
use uuid::Uuid;

/// Every column of the row. A column that is added to the table does not compile until it is added here.
#[must_use]
pub fn bytes(row: &audit::Model) -> Vec<u8> {
    let audit::Model {
        id,
        at,
        account_id,
        role,
        scope_kind,
        scope_id,
        region,
        action,
        subject_kind,
        subject_id,
        basis,
        purpose,
        note,
        outcome,
        code,
        patients,
        request_id,
        address,
    } = row;
    let mut bytes = Bytes(vec![VERSION]);
    bytes.id(Some(*id));
    bytes.time(*at);
    bytes.id(*account_id);
    bytes.text(role.as_deref());
    bytes.text(scope_kind.map(entity::enums::ScopeKind::code));
    bytes.id(*scope_id);
    bytes.text(region.as_deref());
    bytes.text(Some(action.code()));
    bytes.text(subject_kind.map(entity::enums::SubjectKind::code));
    bytes.id(*subject_id);
    bytes.text(basis.as_deref());
    bytes.text(purpose.map(entity::enums::Purpose::code));
    bytes.text(note.as_deref());
    bytes.text(Some(outcome.code()));
    bytes.text(code.as_deref());
    let patients: Vec<u8> = patients.0.iter().flat_map(|id| *id.as_bytes()).collect();
    bytes.field(Some(&patients));
    bytes.id(Some(*request_id));
    bytes.text(address.as_deref());
    bytes.0
}

/// First byte, so that another form can be told apart one day.
const VERSION: u8 = 1;

/// Fields one after the other: 0 for none; 1, the length and the bytes for a value.
struct Bytes(Vec<u8>);

impl Bytes {
    fn field(&mut self, value: Option<&[u8]>) {
        match value {
            None => self.0.push(0),
            Some(value) => {
                self.0.push(1);
                self.0.extend((value.len() as u64).to_be_bytes());
                self.0.extend(value);
            }
        }
    }

    fn text(&mut self, value: Option<&str>) {
        self.field(value.map(str::as_bytes));
    }

    fn id(&mut self, value: Option<Uuid>) {
        self.field(value.as_ref().map(|id| &id.as_bytes()[..]));
    }

    fn time(&mut self, value: DateTime<Utc>) {
        self.field(Some(&value.timestamp_millis().to_be_bytes()));
    }
}
